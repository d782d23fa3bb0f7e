"""Predictions and checks of notebook 04. Reference answers are computed, never typed."""

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
from crmlib.lifecycle.exercises import EXERCISES

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

QUESTIONS = PREDICTIONS + CHECKS + EXERCISES
