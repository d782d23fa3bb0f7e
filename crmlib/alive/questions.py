"""Predictions, checks and exercises of notebook 05. Reference answers are computed, never typed."""

from crmlib.alive import answers
from crmlib.core.i18n import mark as N_
from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    NumberQuestion,
    Option,
    WrongAnswer,
)

PREDICTIONS = (
    NumberPrediction(
        id="05.p1",
        prompt=N_(
            "Think of customers like Bo: four purchases in their first year, the last one more "
            "than 35 weeks ago. What share of them will buy again in the next 26 weeks?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    ChoicePrediction(
        id="05.p2",
        prompt=N_(
            "At which purchase day does the chance to come back rise most, compared with one "
            "purchase day fewer?"
        ),
        options=(
            Option(key="2", text=N_("at the second")),
            Option(key="3", text=N_("at the third")),
            Option(key="4", text=N_("at the fourth")),
            Option(key="5", text=N_("at the fifth")),
        ),
    ),
    NumberPrediction(
        id="05.p3",
        prompt=N_(
            "P(alive) cannot be checked, since nobody sees who is alive. But who is gone cannot "
            "buy. So of the customers with a P(alive) below 10%, fewer than 10 in 100 should have "
            "come back in the next nine months. What share of them did?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
)

CHECKS = (
    NumberQuestion(
        id="05.c1",
        prompt=N_(
            "All 23,570 customers: of those with exactly three purchase days up to the split, "
            "what share bought again afterwards?"
        ),
        unit="share",
        answer=lambda: answers.share_returning(3),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.share_returning(4),
                says=N_(
                    "This is the share for four purchase days. Counting repeat purchases is the "
                    "usual slip: a frequency of 3 means four purchase days."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.share_returning(2),
                says=N_("This is the share for two purchase days: one row too high."),
            ),
            WrongAnswer(
                value=lambda: answers.rule(3, "precision"),
                says=N_(
                    "This is the share for three purchase days or more. The question asks for "
                    "exactly three."
                ),
            ),
            WrongAnswer(
                value=answers.returning_with_three_among_all,
                says=N_(
                    "You divided by all customers. The question looks at those with three "
                    "purchase days only: what is the denominator?"
                ),
            ),
            WrongAnswer(
                value=lambda: answers.share_returning(3, "cdnow_sample"),
                says=N_("This is the 1/10 sample. The question asks for all customers."),
            ),
        ),
        hints=(
            N_("How many customers had exactly three purchase days before the split?"),
            N_("Divide the returned among them by that number."),
            N_("Look in the table of the whole shop, row 3, column probability."),
        ),
        checked=N_("the share, among the customers who had exactly three purchase days"),
    ),
    NumberQuestion(
        id="05.c2",
        prompt=N_(
            "Rule of three, all 23,570 customers: of those who bought again, what share had the "
            "rule not called loyal?"
        ),
        unit="share",
        answer=lambda: 1 - answers.rule(3, "recall"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.rule(3, "recall"),
                says=N_("This is the share that the rule found. The question asks for the missed."),
            ),
            WrongAnswer(
                value=lambda: 1 - answers.rule(3, "precision"),
                says=N_(
                    "This is the share of the customers called loyal who did not come back. The "
                    "question starts from those who did."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.rule(3, "precision"),
                says=N_(
                    "This is the precision: of those called loyal, the share who came back. The "
                    "question starts from those who came back."
                ),
            ),
        ),
        hints=(
            N_("Start from those who bought again. Which of them had fewer than three days?"),
            N_("Recall is the share of them that the rule found."),
            N_("What is left when you take the recall for k = 3 from the whole?"),
        ),
        checked=N_("the returners that the rule missed, as a share of all returners"),
    ),
    NumberQuestion(
        id="05.c3",
        prompt=N_("What is the estimate of r for the 1/10 sample (three decimals)?"),
        answer=lambda: float(answers.sample_fit()["r"]),
        known_wrong=(
            WrongAnswer(
                value=lambda: float(answers.sample_fit()["alpha"]),
                says=N_("This is alpha, the second row."),
            ),
            WrongAnswer(
                value=lambda: float(answers.sample_fit()["r"] / answers.sample_fit()["alpha"]),
                says=N_(
                    "This is r / alpha, the mean buying rate per week. The question asks for r."
                ),
            ),
            WrongAnswer(
                value=lambda: float(answers.sample_fit(answers.customers())["r"]),
                says=N_("This is r for all 23,570 customers. The question asks for the sample."),
            ),
            WrongAnswer(
                value=answers.r_of_all_months,
                says=N_(
                    "You fitted all eighteen months. Then nothing is left to test the model on: "
                    "use the purchases up to the split."
                ),
            ),
        ),
        hints=(
            N_("Fit the table of the sample, not that of the whole shop."),
            N_("The estimates are in fit.params."),
            N_("The first of the four: fit.params of r."),
        ),
        checked=N_("the estimate of r on 39 weeks of the 1/10 sample"),
    ),
    ChoiceQuestion(
        id="05.c4",
        prompt=N_(
            "BG/NBD gives P(alive) = 100% to everybody who bought on one day only, even after a "
            "year of silence. Why?"
        ),
        options=(
            Option(
                key="a",
                text=N_("New customers are the most loyal."),
                says=N_(
                    "The data say the opposite: they come back least. Look once more at where "
                    "the story tosses its coin."
                ),
            ),
            Option(
                key="b",
                text=N_("In its story the coin to leave is tossed after repeat purchases only."),
                says=N_(
                    "Without a repeat purchase no coin has been tossed. It is a property of the "
                    "story, not a finding about people."
                ),
            ),
            Option(
                key="c",
                text=N_("The data show that one-time buyers never leave."),
                says=N_(
                    "No data can show that: whether a silent customer has left is never seen. "
                    "The 100% follows from the formula alone."
                ),
            ),
            Option(
                key="d",
                text=N_("It is a fault in the program."),
                says=N_(
                    "The program follows the formula: for x = 0 the term that speaks of leaving "
                    "is switched off. Ask why the formula does so."
                ),
            ),
        ),
        answer="b",
    ),
)

EXERCISES = (
    ChoiceQuestion(
        id="05.x1",
        prompt=N_(
            "In which order does the model put the five, by the purchases that it expects in the "
            "next 26 weeks? Most first."
        ),
        options=(
            Option(
                key="a",
                text="E, D, C, B, A",
                says=N_(
                    "You counted purchases. E bought most, but the model finds 24 silent weeks "
                    "very long for so fast a buyer. (Whether it is right is the next question.)"
                ),
            ),
            Option(
                key="b",
                text="D, B, E, C, A",
                says=N_(
                    "You weighed how often against how recently, as the model does. Now see what "
                    "people like these five really bought."
                ),
            ),
            Option(
                key="c",
                text="A, D, B, C, E",
                says=N_(
                    "You ordered by P(alive). Being alive is not buying: A counts as alive with "
                    "certainty, and will hardly buy."
                ),
            ),
            Option(
                key="d",
                text="B, D, E, C, A",
                says=N_(
                    "You went by the last purchase alone. B and D both bought two weeks ago, but "
                    "D bought three times as often."
                ),
            ),
        ),
        answer="b",
    ),
    NumberQuestion(
        id="05.x2",
        prompt=N_(
            "What is the estimated mean chance to leave after a repeat purchase among the "
            "customers that Luxi won in 2021, as a share?"
        ),
        unit="share",
        answer=lambda: answers.mean_dropout(answers.luxi_fit()),
        relative_tolerance=0.002,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.mean_dropout(answers.planted()),
                says=N_(
                    "This is the planted truth. The question asks what the fit makes of the data."
                ),
            ),
            WrongAnswer(
                value=lambda: float(answers.luxi_fit()["a"] / answers.luxi_fit()["b"]),
                says=N_(
                    "This is a / b. The mean of a Beta distribution has both in the denominator."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.mean_dropout(answers.luxi_fit(first_year_only=False)),
                says=N_("This is the estimate from all customers. Keep those won in 2021."),
            ),
            WrongAnswer(
                value=lambda: 1 - answers.mean_dropout(answers.luxi_fit()),
                says=N_("This is the chance to stay."),
            ),
            WrongAnswer(
                value=lambda: float(answers.luxi_fit()["r"] / answers.luxi_fit()["alpha"]),
                says=N_("This is r / alpha, the mean buying rate. The coin to leave has a and b."),
            ),
        ),
        hints=(
            N_(
                "The coins differ between customers as a Beta distribution with parameters a and b."
            ),
            N_("The mean of a Beta distribution is a divided by the sum of both."),
            N_("Take a and b from the params of your fit, not from the planted truth."),
        ),
        checked=N_("a / (a + b) with the estimates, not with the planted values"),
    ),
    NumberQuestion(
        id="05.x3",
        prompt=N_(
            "All 23,570 customers: how many percentage points of recall does it cost to ask for "
            "four purchase days instead of three? (A positive number.)"
        ),
        unit="points",
        answer=lambda: -answers.step("recall"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.step("recall"),
                says=N_("The size is right. The question asks for the cost, a positive number."),
            ),
            WrongAnswer(
                value=lambda: answers.step("precision"),
                says=N_("This is what precision gains. The question asks what recall loses."),
            ),
            WrongAnswer(
                value=lambda: -answers.step("recall", "cdnow_sample"),
                says=N_("This is the 1/10 sample. The question asks for all customers."),
            ),
            WrongAnswer(
                value=lambda: 100 * (1 - answers.rule(4, "recall") / answers.rule(3, "recall")),
                says=N_(
                    "This is the loss in per cent of the recall at three. The question asks for "
                    "percentage points: a difference, not a ratio."
                ),
            ),
        ),
        hints=(
            N_("alive.k_rule gives the recall for each k."),
            N_("Take the recall for k = 4 from the recall for k = 3."),
            N_("Multiply the difference of the two shares by 100."),
        ),
        checked=N_("the recall at three minus the recall at four, in percentage points"),
    ),
    ChoiceQuestion(
        id="05.x4",
        prompt=N_(
            "Among the repeat buyers of the sample, how often and how much per purchase correlate "
            "at about 0.11. What follows for the Gamma-Gamma model?"
        ),
        options=(
            Option(
                key="a",
                text=N_("Nothing: a correlation is only a problem if it is negative."),
                says=N_(
                    "The model assumes no relation at all. A positive one means that frequent "
                    "buyers spend more than it expects, and their value is understated."
                ),
            ),
            Option(
                key="b",
                text=N_("It must not be used: its assumption is false."),
                says=N_(
                    "Strictly, every assumption is false. Ask how large the damage is: here the "
                    "relation explains about one hundredth of the differences."
                ),
            ),
            Option(
                key="c",
                text=N_(
                    "It can be used with a remark: the relation is weak, and frequent buyers will "
                    "be valued slightly too low."
                ),
                says=N_(
                    "You named the size and the direction of the error. In a shop with a "
                    "correlation of 0.4 the answer would be another one."
                ),
            ),
            Option(
                key="d",
                text=N_("It proves that loyal customers spend more."),
                says=N_(
                    "It is a weak relation in one shop, among those who came back at all. And "
                    "frequency is not loyalty: that was the subject of this notebook."
                ),
            ),
        ),
        answer="c",
    ),
    NumberQuestion(
        id="05.x5",
        prompt=N_(
            "The sample without its one-time buyers: by what factor does the estimate of r grow?"
        ),
        answer=lambda: answers.factor_without_one_time_buyers("r"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.factor_without_one_time_buyers("alpha"),
                says=N_("This is the factor for alpha."),
            ),
            WrongAnswer(
                value=lambda: 1 / answers.factor_without_one_time_buyers("r"),
                says=N_("The other way round: new estimate divided by old."),
            ),
            WrongAnswer(
                value=lambda: (
                    (answers.factor_without_one_time_buyers("r") - 1) * answers.sample_fit()["r"]
                ),
                says=N_("This is the difference. The question asks for a ratio."),
            ),
        ),
        hints=(
            N_("Fit twice: the whole sample, and the customers with a frequency above 0."),
            N_("Divide the second estimate of r by the first."),
            N_("customers[customers.frequency > 0] holds those who bought again."),
        ),
        checked=N_("the ratio of the two estimates of r"),
    ),
)

QUESTIONS = PREDICTIONS + CHECKS + EXERCISES
