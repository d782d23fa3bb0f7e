"""The exercises of notebook 04. Reference answers are computed, never typed."""

from crmlib.core.i18n import mark as N_
from crmlib.learning.questions import (
    ChoiceQuestion,
    NumberQuestion,
    Option,
    WrongAnswer,
)
from crmlib.lifecycle import answers

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
