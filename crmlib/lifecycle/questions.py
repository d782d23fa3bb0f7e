"""Predictions, checks and exercises of notebook 04. Reference answers are computed, never typed."""

from crmlib.core.i18n import mark as N_
from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    NumberQuestion,
    Option,
    WrongAnswer,
)
from crmlib.lifecycle import answers

PREDICTIONS = (
    NumberPrediction(
        id="04.p1",
        prompt=N_(
            "Somebody is a lost customer this quarter. How likely is it that he or she buys again "
            "within the next four quarters, without any special campaign?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    ChoicePrediction(
        id="04.p2",
        prompt=N_(
            "Before any cost: which brings the firm more? There are more than twice as many "
            "actual customers as lost ones."
        ),
        options=(
            Option(
                key="save", text=N_("keep one more of every hundred actual customers a quarter")
            ),
            Option(key="win", text=N_("win back three more of every hundred lost ones a quarter")),
            Option(key="same", text=N_("about the same (they differ by less than 5%)")),
        ),
    ),
    ChoicePrediction(
        id="04.p3",
        prompt=N_(
            "The chance to be lost next quarter, for customers in their first quarter and for "
            "customers who have been there for a year or more. What will the panel show?"
        ),
        options=(
            Option(key="falls", text=N_("new customers are lost more easily")),
            Option(key="same", text=N_("it is the same, as the chain says")),
            Option(key="rises", text=N_("old customers are lost more easily: they get tired")),
        ),
    ),
)

CHECKS = (
    NumberQuestion(
        id="04.c1",
        prompt=N_(
            "What is the chance that a lost customer is an actual one in the next quarter, as a "
            "share?"
        ),
        unit="share",
        answer=lambda: answers.chance("lost", "actual"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.chance("actual", "lost"),
                says=N_(
                    "This is the way from actual to lost. Rows are from, columns are to: look in "
                    "the row of the lost."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.share_of_those_who_arrived("lost", "actual"),
                says=N_(
                    "You divided by the column: of those who are actual, the share who were lost "
                    "before. Divide by the row: all who were lost."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.share_of_all_steps("lost", "actual"),
                says=N_("You divided by all steps in the table. Only the lost can come back."),
            ),
            WrongAnswer(
                value=lambda: answers.chance("lost", "lost"),
                says=N_("This is the chance to stay lost."),
            ),
            WrongAnswer(
                value=lambda: answers.chance("lost", "target"),
                says=N_(
                    "This is the chance to become a target again: courted, but not yet buying."
                ),
            ),
        ),
        hints=(
            N_("Which row is the state now, which column the state in the next quarter?"),
            N_("In the table of counts: lost to actual, divided by the sum of the row 'lost'."),
            N_("matrix.loc[…, …] with the state now first and the next state second."),
        ),
        checked=N_("the entry of the matrix in row 'lost', column 'actual'"),
    ),
    NumberQuestion(
        id="04.c2",
        prompt=N_(
            "How many quarters does one stay as an actual customer last on average, the first "
            "quarter included?"
        ),
        unit=N_("quarters"),
        answer=lambda: answers.stay("actual"),
        relative_tolerance=0.02,  # seven is right, too
        known_wrong=(
            WrongAnswer(
                value=lambda: 1 - answers.chance("actual", "actual"),
                says=N_(
                    "This is the chance to leave in a quarter. How many quarters does it take, on "
                    "average, until that happens?"
                ),
            ),
            WrongAnswer(
                value=lambda: 1 / answers.chance("actual", "actual"),
                says=N_("You divided by the chance to stay. Divide by the chance to leave."),
            ),
            WrongAnswer(
                value=lambda: 1 / answers.chance("actual", "lost"),
                says=N_(
                    "You divided by the chance to be lost. A stay also ends when somebody becomes "
                    "a non-customer."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.stay("actual") - 1,
                says=N_("These are the quarters to come. The question counts the first one too."),
            ),
            WrongAnswer(
                value=lambda: 3 * answers.stay("actual"),
                says=N_("These are months. The question asks for quarters."),
            ),
            WrongAnswer(
                value=lambda: answers.stay("lost"),
                says=N_("This is a stay as a lost customer. Take the row 'actual'."),
            ),
        ),
        hints=(
            N_("If 1 in 4 leaves every quarter, a stay lasts 4 quarters on average."),
            N_("The chance to leave is what is missing to 100% in matrix.loc['actual', 'actual']."),
            N_("1 divided by (1 - the chance to stay)."),
        ),
        checked=N_("1 / (1 - chance to stay), with the chance of the row 'actual'"),
    ),
    ChoiceQuestion(
        id="04.c3",
        prompt=N_(
            "You see only the black line: the longer somebody has been a customer, the smaller "
            "the chance to be lost. What does this line prove?"
        ),
        options=(
            Option(
                key="a",
                text=N_("Customers become more loyal with time."),
                says=N_(
                    "That is one story that fits. Another fits as well: some are lost easily from "
                    "the first day, and leave first. The line is the same."
                ),
            ),
            Option(
                key="b",
                text=N_("People differ: the disloyal ones leave first, nobody changes."),
                says=N_(
                    "That is one story that fits. But in Luxi's tenth persons do change, after "
                    "two quarters, and the line looks the same."
                ),
            ),
            Option(
                key="c",
                text=N_("That one chance for all customers is not enough; not why."),
                says=N_(
                    "The chain with five states is too simple. Whether people change or differ, "
                    "this line alone cannot say."
                ),
            ),
            Option(
                key="d",
                text=N_("Nothing: the intervals overlap."),
                says=N_(
                    "Neighbours overlap, but the first quarter and the third do not. And the order "
                    "test used all quarters at once: chance is no explanation here."
                ),
            ),
        ),
        answer="c",
    ),
)

EXERCISES = (
    ChoiceQuestion(
        id="04.x1",
        prompt=N_(
            "1,000 persons are potential customers today. In which state will you find the most "
            "of them after two years, if the matrix stays as it is?"
        ),
        options=(
            Option(
                key="a",
                text=N_("actual customers"),
                says=N_(
                    "They come third. Two steps lead there, and what arrives also leaves again."
                ),
            ),
            Option(
                key="b",
                text=N_("still potential customers"),
                says=N_(
                    "Eighty-two in a hundred stay each quarter, and some come back from the other "
                    "states: after two years they are still the largest group."
                ),
            ),
            Option(
                key="c",
                text=N_("lost customers"),
                says=N_("To be lost one must first have been won. After two years few have been."),
            ),
            Option(
                key="d",
                text=N_("non-customers"),
                says=N_(
                    "A good guess for five years: they stay longest. After two years they come "
                    "second."
                ),
            ),
        ),
        answer="b",
    ),
    NumberQuestion(
        id="04.x2",
        prompt=N_(
            "A target now costs 25 CNY a quarter instead of 15. What is a target worth, in CNY?"
        ),
        unit=N_("CNY"),
        answer=lambda: answers.value("target"),
        relative_tolerance=0.003,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.value("target", dearer=False),
                says=N_("This is the value with the old cost of 15."),
            ),
            WrongAnswer(
                value=lambda: answers.value("target", dearer=False) - answers.DEARER_BY,
                says=N_(
                    "You took the 10 CNY off once. But a target may stay a target for several "
                    "quarters, and become one again later."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.value("target", margin_of_target=-answers.DEARER_TARGET),
                says=N_("Mind the sign: a target costs 25, so its margin is -25, not +25."),
            ),
            WrongAnswer(
                value=lambda: answers.value("actual"),
                says=N_("This is the value of an actual customer, one row lower."),
            ),
            WrongAnswer(
                value=lambda: answers.value("potential"),
                says=N_("This is the value of a potential customer, one row higher."),
            ),
            WrongAnswer(
                value=lambda: answers.value(
                    "target", discount_rate=answers.QUARTERS_PER_YEAR * answers.rate()
                ),
                says=N_(
                    "You took 10% as the discount rate of a quarter. It is 2.5% a quarter, as the "
                    "matrix is by quarter."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.value_at_the_end_of_the_quarter("target"),
                says=N_(
                    "You counted each margin at the end of its quarter. Here it counts at the "
                    "beginning, the present quarter included."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.value_without_the_first_margin("target"),
                says=N_("You left out the margin of the present quarter."),
            ),
        ),
        hints=(
            N_("Only one entry of the margins changes: a target brings -25 now."),
            N_("Copy the margins, change the entry 'target', and call lifecycle.state_values."),
            N_("margin | {'target': -25} makes the changed margins."),
        ),
        checked=N_("the value of the state 'target' with a margin of -25 for targets"),
    ),
    ChoiceQuestion(
        id="04.x3",
        prompt=N_(
            "In 18,123 steps no actual customer became a potential one in the next quarter. "
            "What does this zero say about the sentence that the five states can change into one "
            "another?"
        ),
        options=(
            Option(
                key="a",
                text=N_("It refutes the sentence: this change does not exist."),
                says=N_(
                    "Not in one step. But over lost and target, or over non-customer, an actual "
                    "customer can become a potential one, and some do."
                ),
            ),
            Option(
                key="b",
                text=N_("Nothing: with more data the change would turn up."),
                says=N_(
                    "It never will. Who bought last quarter cannot be 'not yet approached', "
                    "however many persons you watch: the words exclude it."
                ),
            ),
            Option(
                key="c",
                text=N_(
                    "The words exclude the direct change; in several steps it happens. The "
                    "sentence needs the words 'in how many steps, under which rules'."
                ),
                says=N_(
                    "A structural zero comes from the definition, not from people. Sampling zeros, "
                    "of changes that are possible but rare, look the same in the table."
                ),
            ),
            Option(
                key="d",
                text=N_("That Luxi keeps its actual customers well."),
                says=N_(
                    "Actual customers do leave: to lost and to non-customer. Only these two words "
                    "are open to them."
                ),
            ),
        ),
        answer="c",
    ),
    NumberQuestion(
        id="04.x4",
        prompt=N_(
            "The campaign to win back brings only two points more instead of three. How much may "
            "it cost at most per lost person and quarter, in CNY?"
        ),
        unit=N_("CNY"),
        answer=lambda: answers.highest_cost(answers.WIN_BACK_POINTS),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.highest_cost(3),
                says=N_("This is the highest cost for three points."),
            ),
            WrongAnswer(
                value=lambda: answers.highest_cost(1, "actual"),
                says=N_("This is the highest cost of saving one point, or of one point won back."),
            ),
            WrongAnswer(
                value=lambda: answers.highest_cost(0.01 * answers.WIN_BACK_POINTS),
                says=N_("Points are percentage points: two more of every hundred is points=2."),
            ),
            WrongAnswer(
                value=lambda: answers.undiscounted_cost(answers.WIN_BACK_POINTS),
                says=N_(
                    "You are near: but who is won back is an actual customer only a quarter later. "
                    "Discount once. (Or are your margins still those with the dearer target?)"
                ),
            ),
            WrongAnswer(
                value=lambda: answers.highest_cost(answers.WIN_BACK_POINTS, taken_from="target"),
                says=N_(
                    "You took the points from 'target'. Those who are won back would have stayed "
                    "lost: take them from 'lost'."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.gain_per_person(answers.WIN_BACK_POINTS),
                says=N_(
                    "This is the whole gain divided by the lost of today. But the campaign goes "
                    "on, quarter after quarter, for all who will be lost."
                ),
            ),
            WrongAnswer(
                value=lambda: float(answers.compared(answers.WIN_BACK_POINTS)["gain"]),
                says=N_("This is the gain of the whole base. The question asks per person."),
            ),
            WrongAnswer(
                value=lambda: 2 * answers.chance("lost", "actual"),
                says=N_("This is twice a chance. The question asks for money."),
            ),
        ),
        hints=(
            N_("Make a lifecycle.Policy with points=2, and compare it with nothing else."),
            N_("compare_policies has the column highest_cost."),
            N_("The state is 'lost', to='actual', taken_from='lost'."),
        ),
        checked=N_("the cost per lost person and quarter at which two points are just paid"),
    ),
    NumberQuestion(
        id="04.x5",
        prompt=N_(
            "Without the persons marked in the truth table: what is the statistic of the order "
            "test in the row 'actual'?"
        ),
        answer=lambda: answers.statistic("chain"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.statistic("all"),
                says=N_("This is the statistic of all persons. Leave the marked ones out."),
            ),
            WrongAnswer(
                value=lambda: answers.statistic("tenth"),
                says=N_("This is the statistic of the marked persons alone. Leave them out."),
            ),
            WrongAnswer(
                value=lambda: answers.statistic("chain", "all"),
                says=N_("This is the sum over all states. Take the row 'actual'."),
            ),
            WrongAnswer(
                value=lambda: float(answers.order_test("chain").loc["actual", "p_value"]),
                says=N_("This is the p value. The question asks for the statistic."),
            ),
        ),
        hints=(
            N_("marked.duration_dependent says for each person whether he or she is marked."),
            N_("Keep the rows of the panel whose person_id is not among the marked."),
            N_("panel[~panel.person_id.isin(…)] and lifecycle.markov_test."),
        ),
        checked=N_("the likelihood ratio of the row 'actual', persons of the chain only"),
    ),
)

QUESTIONS = PREDICTIONS + CHECKS + EXERCISES
