"""Predictions, checks and exercises of notebook 09. Reference answers are computed, never typed."""

import numpy as np

from crmlib.core.i18n import mark as N_
from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    NumberQuestion,
    Option,
    WrongAnswer,
)
from crmlib.trap import answers

PREDICTIONS = (
    NumberPrediction(
        id="09.p1",
        prompt=N_(
            "Luxi's customers in the city centre who say 6 or 7 of 7 when asked how satisfied they "
            "are: what share of them is still with Luxi a year later?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    ChoicePrediction(
        id="09.p2",
        prompt=N_(
            "All customers of Luxi in one pot: do the more satisfied stay more often than the less "
            "satisfied?"
        ),
        options=(
            Option(key="more", text=N_("yes, they stay more often")),
            Option(key="same", text=N_("no difference to speak of")),
            Option(key="less", text=N_("no, they stay less often")),
        ),
    ),
    NumberPrediction(
        id="09.p3",
        prompt=N_(
            "A rival opens on a campus where Luxi had been alone. Of the customers who were not "
            "satisfied (4 or less of 7) but still there, what share leaves within six months?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
)

CHECKS = (
    ChoiceQuestion(
        id="09.c1",
        prompt=N_(
            "In every market the satisfied stay at least as often as the others, and over all "
            "markets they stay less often. How can both be true?"
        ),
        options=(
            Option(
                key="a",
                text=N_("Satisfaction drives customers away."),
                says=N_(
                    "Then it would do so in the markets as well. In none of them do the satisfied "
                    "stay less often."
                ),
            ),
            Option(
                key="b",
                text=N_(
                    "The markets differ in both: where customers cannot leave, they are less "
                    "satisfied, and stay."
                ),
                says=N_(
                    "Competition is behind both numbers. Put the markets in one pot, and you "
                    "compare captives with the free, not the dissatisfied with the satisfied."
                ),
            ),
            Option(
                key="c",
                text=N_("Those who are satisfied answer the survey more often."),
                says=N_(
                    "True in this survey, but the weights take care of it. Without the weights the "
                    "pooled number is negative as well."
                ),
            ),
            Option(
                key="d",
                text=N_("The pooled number is chance."),
                says=N_(
                    "Look at its interval: all of it lies below 0. More answers would make it "
                    "surer, not better."
                ),
            ),
        ),
        answer="b",
    ),
    NumberQuestion(
        id="09.c2",
        prompt=N_(
            "Market D: the reward, in log odds, for a point of basic satisfaction above what is "
            "needed?"
        ),
        answer=lambda: float(answers.hinge()["D", "met basic"]),
        absolute_tolerance=0.01,
        known_wrong=(
            WrongAnswer(
                value=lambda: float(answers.hinge()["D", "unmet basic"]),
                says=N_(
                    "This is the penalty: what a missing point costs. The reward is what a point "
                    "on top brings."
                ),
            ),
            WrongAnswer(
                value=lambda: float(answers.hinge()["D", "latent"]),
                says=N_("This is the weight of latent satisfaction. The question asks for basic."),
            ),
            WrongAnswer(
                value=lambda: float(answers.hinge()["all", "met basic"]),
                says=N_("This is all markets in one pot. The question asks for market D."),
            ),
            WrongAnswer(
                value=lambda: float(answers.hinge()["C", "met basic"]),
                says=N_("This is market C. The question asks for market D."),
            ),
            WrongAnswer(
                value=lambda: -float(answers.hinge()["D", "met basic"]),
                says=N_("The size is right. Look at the sign."),
            ),
            WrongAnswer(
                value=lambda: float(np.exp(answers.hinge()["D", "met basic"])),
                says=N_(
                    "This is the factor on the odds: 1 means no effect. The question asks for log "
                    "odds, where 0 means no effect."
                ),
            ),
        ),
        hints=(
            N_("The reward is the weight of basic satisfaction above 5."),
            N_("Read the line that begins with D: the number after the words on top."),
            N_("The numbers in brackets are its interval; the estimate stands before them."),
        ),
        checked=N_("the weight of met basic in market D, noise of the items not taken out"),
    ),
    ChoiceQuestion(
        id="09.c3",
        prompt=N_(
            "In the city centre, customers who were hardly surprised are not dissatisfied, and "
            "leave. What follows for a firm that watches its satisfaction scores?"
        ),
        options=(
            Option(
                key="a",
                text=N_("Nothing to fear: who is not dissatisfied has no reason to leave."),
                says=N_(
                    "They need no reason to leave. Where the choice is wide, they need one to stay."
                ),
            ),
            Option(
                key="b",
                text=N_("The score will stay calm while these customers leave."),
                says=N_(
                    "The score asks for what is missing, and nothing is. It is the trap itself, in "
                    "one sentence."
                ),
            ),
            Option(
                key="c",
                text=N_("It should ask customers which surprises they miss."),
                says=N_(
                    "A surprise can be rated once it has come. Customers can hardly name "
                    "beforehand what they do not expect."
                ),
            ),
        ),
        answer="b",
    ),
)

EXERCISES = (
    ChoiceQuestion(
        id="09.x1",
        prompt=N_(
            "In which market does the step from satisfied (6) to completely satisfied (7) bring "
            "most, in percentage points of customers who stay?"
        ),
        options=(
            Option(
                key="A",
                text=N_("A, captive"),
                says=N_(
                    "There nearly everybody stays at every score: no room is left for a step. And "
                    "fewer than thirty captives gave a 7."
                ),
            ),
            Option(
                key="B",
                text=N_("B, contract"),
                says=N_("The contract holds them at 6 already. At 7 there are few answers."),
            ),
            Option(
                key="C",
                text=N_("C, moderate competition"),
                says=N_("A large step, but not the largest: follow competition to its end."),
            ),
            Option(
                key="D",
                text=N_("D, city centre"),
                says=N_(
                    "Where leaving is easy, satisfied is not enough. Jones & Sasser (1995) say the "
                    "same of the completely satisfied."
                ),
            ),
        ),
        answer="D",
    ),
    NumberQuestion(
        id="09.x2",
        prompt=N_(
            "From the first wave to the second: how many percentage points of the customers do not "
            "find it attractive any more that the app knows the usual order? (A positive number.)"
        ),
        unit="points",
        answer=answers.attractive_lost,
        relative_tolerance=0.001,
        known_wrong=(
            WrongAnswer(
                value=lambda: -answers.attractive_lost(),
                says=N_("The size is right. The question asks for a loss, a positive number."),
            ),
            WrongAnswer(
                value=lambda: 100 * float(answers.kano_wave(1).loc[answers.MOVED, "A"]),
                says=N_("This is the share in the first wave. How much of it is left later?"),
            ),
            WrongAnswer(
                value=lambda: 100 * float(answers.kano_wave(2).loc[answers.MOVED, "M"]),
                says=N_(
                    "This is the share who call it a must-be in the second wave. The question asks "
                    "how much the share of attractive fell."
                ),
            ),
            WrongAnswer(
                value=lambda: float(round(answers.attractive_lost())),
                says=N_("This is rounded, as the notebook prints it. Give it to one decimal."),
            ),
            WrongAnswer(
                value=lambda: (
                    answers.attractive_lost() / float(answers.kano_wave(1).loc[answers.MOVED, "A"])
                ),
                says=N_(
                    "This is the loss in per cent of the first share. The question asks for "
                    "percentage points: a difference, not a ratio."
                ),
            ),
        ),
        hints=(
            N_("trap.kano_summary gives the share of each letter. Make one for each wave."),
            N_("Take the column A, in the row of the app, from both summaries."),
            N_("Subtract the later share from the earlier one, and multiply by 100."),
        ),
        checked=N_("the share of A in wave 1 minus that in wave 2, in percentage points"),
    ),
    NumberQuestion(
        id="09.x3",
        prompt=N_(
            "Dummy regression on staying: by how many percentage points fewer do customers of "
            "market C stay whose basic score is low, compared with those in the middle? (A "
            "positive number.)"
        ),
        unit="points",
        answer=lambda: -100 * float(answers.dummy()["C", "low basic"]),
        known_wrong=(
            WrongAnswer(
                value=lambda: 100 * float(answers.dummy()["C", "low basic"]),
                says=N_("The size is right. The question asks how many fewer, a positive number."),
            ),
            WrongAnswer(
                value=lambda: 100 * float(answers.dummy()["all", "low basic"]),
                says=N_(
                    "This is all markets in one pot, and it has the other sign: this is the "
                    "conclusion that reverses. The question asks for market C."
                ),
            ),
            WrongAnswer(
                value=lambda: -100 * float(answers.dummy("satisfaction")["C", "low basic"]),
                says=N_(
                    "This explains satisfaction, in points of the scale. The question asks for "
                    "staying: outcome is later_retained."
                ),
            ),
            WrongAnswer(
                value=lambda: -100 * float(answers.hinge()["C", "unmet basic"]),
                says=N_(
                    "This is the hinge logit, in log odds. The question asks for the dummy "
                    'regression: method="dummies".'
                ),
            ),
            WrongAnswer(
                value=lambda: -100 * float(answers.dummy()["C", "low latent"]),
                says=N_("This is the low latent score. The question asks for the low basic score."),
            ),
            WrongAnswer(
                value=lambda: 100 * float(answers.dummy()["C", "high basic"]),
                says=N_("This is the high basic score. The question asks for the low one."),
            ),
            WrongAnswer(
                value=lambda: -100 * float(answers.dummy()["D", "low basic"]),
                says=N_("This is market D. The question asks for market C."),
            ),
        ),
        hints=(
            N_('trap.penalty_reward takes method="dummies".'),
            N_("Look in the rows of market C for the term low basic."),
            N_("Its estimate is a share: multiply it by 100, and drop the sign."),
        ),
        checked=N_("the contrast of low basic with the middle, in percentage points of staying"),
    ),
    ChoiceQuestion(
        id="09.x4",
        prompt=N_(
            "The sources say that loyalty rises nearly in a straight line with latent "
            "satisfaction. What do the four markets of Luxi show?"
        ),
        options=(
            Option(
                key="a",
                text=N_("A straight line in all four: no curvature could be proved in A."),
                says=N_(
                    "In A nothing could be proved, for loyalty hardly moves there at all. What is "
                    "not refuted is not shown."
                ),
            ),
            Option(
                key="b",
                text=N_(
                    "A straight line in C; in D it grows steeper; in A it is too weak to see a "
                    "shape."
                ),
                says=N_(
                    "And in log odds D is straight, too: whether a relation is straight depends on "
                    "the scale, which the sources do not name."
                ),
            ),
            Option(
                key="c",
                text=N_("A curve in all four: a chance to stay can never be a straight line."),
                says=N_(
                    "Over the whole way from 0% to 100% it cannot. But in its middle, where C is, "
                    "it is straight as far as anybody can see."
                ),
            ),
            Option(
                key="d",
                text=N_("A straight line in A, since the four points lie on one level."),
                says=N_(
                    "A level line says that latent satisfaction does nothing there, not that "
                    "loyalty rises with it."
                ),
            ),
        ),
        answer="b",
    ),
    NumberQuestion(
        id="09.x5",
        prompt=N_(
            "Firm Y: of the needs 4, 4.5, 5, 5.5 and 6, which one fits best, by the AIC of the "
            "hinge?"
        ),
        answer=lambda: answers.best_need("Y"),
        relative_tolerance=0.001,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.need_of_largest("bend", "Y"),
                says=N_(
                    "There the bend is largest, and so is the AIC. The smaller the AIC, the better "
                    "the fit."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.smallest_misfit("Y"),
                says=N_("This is the AIC itself. The question asks for the need that has it."),
            ),
        ),
        hints=(
            N_("trap.line_or_hinge takes basic_need. Try the five values."),
            N_("Compare aic_hinge of firm Y; the smaller, the better."),
            N_("Its values fall at first, and rise again."),
        ),
        checked=N_("the need with the smallest AIC of the hinge in firm Y"),
    ),
)

QUESTIONS = PREDICTIONS + CHECKS + EXERCISES
