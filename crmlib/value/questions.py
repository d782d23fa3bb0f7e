"""Predictions, checks and exercises of notebook 02. Reference answers are computed, never typed."""

from crmlib.core.i18n import mark as N_
from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    NumberQuestion,
    Option,
    WrongAnswer,
)
from crmlib.value import answers

PREDICTIONS = (
    ChoicePrediction(
        id="02.p1",
        prompt=N_(
            "In three years Lin ordered 47 times, for 2,215 CNY in all. Mo ordered twice, for "
            "1,601 CNY. On whom did the shop earn more?"
        ),
        options=(
            Option(key="a", text=N_("more on Lin, who ordered 47 times")),
            Option(key="b", text=N_("about the same on both")),
            Option(key="c", text=N_("more on Mo, who ordered twice")),
        ),
    ),
    NumberPrediction(
        id="02.p2",
        prompt=N_(
            "Winning a customer costs Luxi 40 CNY. What share of its 8,000 customers has not "
            "earned that back by the end of the three years?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    NumberPrediction(
        id="02.p3",
        prompt=N_(
            "Put the customers in order of net profit. What share of the net profit of the whole "
            "firm do the top 20% hold?"
        ),
        low=0.0,
        high=2.0,
        step=0.01,
        unit="share",
    ),
    ChoicePrediction(
        id="02.p4",
        prompt=N_(
            "Some customers have ordered for more than two years, others for less than half a "
            "year. What does an order of a long-standing customer leave, after the cost to serve?"
        ),
        options=(
            Option(key="more", text=N_("clearly more than an order of a short relation")),
            Option(key="same", text=N_("about the same")),
            Option(key="less", text=N_("clearly less")),
        ),
    ),
)

CHECKS = (
    NumberQuestion(
        id="02.c1",
        prompt=N_(
            "Before any acquisition cost is counted: what share of the 8,000 customers have cost "
            "more than they brought in (a contribution below 0)?"
        ),
        unit="share",
        answer=lambda: answers.losing("contribution"),
        relative_tolerance=0.03,  # two digits are enough
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.losing("net_profit"),
                says=N_(
                    "This share counts the acquisition cost. The question stops one line earlier."
                ),
            ),
            WrongAnswer(
                value=answers.revenue_below_cost,
                says=N_(
                    "You compared the cost to serve with the revenue. But the goods have to be "
                    "paid for, too: compare it with the gross margin."
                ),
            ),
            WrongAnswer(
                value=lambda: 1 - answers.losing("contribution"),
                says=N_("This is the share of those who brought something in."),
            ),
            WrongAnswer(
                value=lambda: answers.losing_count("contribution"),
                says=N_("This is their number. For the share divide it by all 8,000 customers."),
            ),
        ),
        hints=(
            N_("Which column of the table is gross margin less cost to serve?"),
            N_("Ask of every row whether that column is below 0."),
            N_("The mean of a column of True and False is the share of True."),
        ),
        checked=N_("the share of customers with a contribution below 0"),
    ),
    NumberQuestion(
        id="02.c2",
        prompt=N_("What share of the contribution do the top 10% by contribution hold?"),
        unit="share",
        answer=lambda: answers.share("contribution", 0.1),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.share("revenue", 0.1),
                says=N_("This is their share of revenue. The question asks for contribution."),
            ),
            WrongAnswer(
                value=lambda: answers.share("net_profit", 0.1),
                says=N_(
                    "This is the share of net profit, after the acquisition cost. The question "
                    "asks for contribution."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.share_among_winners(0.1),
                says=N_(
                    "You left out the customers who lose money. They are customers, too: count "
                    "them, and take their losses off the total."
                ),
            ),
            WrongAnswer(
                value=lambda: 1 - answers.share("contribution", 0.1),
                says=N_("This is what is left for the other 90%."),
            ),
            WrongAnswer(
                value=lambda: answers.share("contribution"),
                says=N_("This is the top 20%. The question asks for the top 10%: the part is 0.1."),
            ),
            WrongAnswer(
                value=answers.share_of_the_largest_buyers,
                says=N_("These are the top 10% by revenue. Sort by contribution."),
            ),
        ),
        hints=(
            N_("value.pareto_share takes a column and the part of the customers."),
            N_("The part is 0.1; the column stands in pnl."),
            N_("The column is pnl.contribution, with all 8,000 customers."),
        ),
        checked=N_("the part of the total contribution that lies with the 800 largest"),
    ),
    NumberQuestion(
        id="02.c3",
        prompt=N_("The cut at 25 CNY an order: what share of the true hogs does it find?"),
        unit="share",
        answer=lambda: answers.hogs_found("recall"),
        relative_tolerance=0.004,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.hogs_found("precision"),
                says=N_(
                    "This is the share of true hogs among those above the cut. The question "
                    "starts from the true hogs."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.hogs_found("of all"),
                says=N_("You divided by all customers. Divide by the true hogs."),
            ),
            WrongAnswer(
                value=lambda: answers.hogs_found("right"),
                says=N_(
                    "This is the share of all customers who are on the right side of the cut. The "
                    "question asks for the true hogs only."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.hogs_found("number"),
                says=N_(
                    "This is their number. For the share divide it by the number of true hogs."
                ),
            ),
        ),
        hints=(
            N_("Start from the customers whom the truth calls hogs."),
            N_("How many of them does the cut flag, too?"),
            N_("hogs[truth] holds the flag of every true hog; take its mean."),
        ),
        checked=N_("the share of the true hogs that lie above the cut"),
    ),
)

EXERCISES = (
    ChoiceQuestion(
        id="02.x1",
        prompt=N_(
            "Luxi counts 2023 alone: orders and costs of that year, and 40 CNY for whom it won in "
            "that year. The share of all 8,000 customers who lose money was about 40% over three "
            "years. In the one year it will be"
        ),
        options=(
            Option(
                key="a",
                text=N_(
                    "lower, since most were won earlier and their 40 CNY are no longer counted."
                ),
                says=N_(
                    "True of the 40 CNY. But ask what a customer does who has stopped buying, and "
                    "still asks a question now and then."
                ),
            ),
            Option(
                key="b",
                text=N_("about the same, since the customers are the same."),
                says=N_(
                    "The customers are the same, what they did is not: about half of them ordered "
                    "nothing in 2023."
                ),
            ),
            Option(
                key="c",
                text=N_(
                    "higher, since many ordered nothing in that year, and still cost a little."
                ),
                says=N_(
                    "About half ordered nothing in 2023. A question, a call: a small loss, but a "
                    "loss. The shorter the window, the more customers stand at or below zero."
                ),
            ),
        ),
        answer="c",
    ),
    NumberQuestion(
        id="02.x2",
        prompt=N_("What share of the contribution do the top 1% by contribution hold?"),
        unit="share",
        answer=lambda: answers.share("contribution", 0.01),
        relative_tolerance=0.02,  # two digits are enough
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.share("revenue", 0.01),
                says=N_("This is the share of revenue. The question asks for contribution."),
            ),
            WrongAnswer(
                value=lambda: answers.share("net_profit", 0.01),
                says=N_("This is the share of net profit, after the acquisition cost."),
            ),
            WrongAnswer(
                value=lambda: answers.share("contribution", 0.1),
                says=N_("This is the top 10%: 0.1 is a tenth, 1% is 0.01."),
            ),
            WrongAnswer(
                value=answers.smallest_share,
                says=N_("You took the wrong end of the list: sort with the largest first."),
            ),
            WrongAnswer(
                value=lambda: answers.share_of_the_largest_buyers(0.01),
                says=N_("These are the 80 largest by revenue. Sort by contribution."),
            ),
            WrongAnswer(
                value=lambda: answers.share_among_winners(0.01),
                says=N_(
                    "You left out the customers who lose money. They are customers, too: count "
                    "them, and take their losses off the total."
                ),
            ),
            WrongAnswer(
                value=answers.first_rows,
                says=N_("These are the first 80 rows as they stand. Sort them first."),
            ),
        ),
        hints=(
            N_("How many customers are 1% of 8,000?"),
            N_("Sort the contribution with the largest first, and add up the first 80."),
            N_("Divide by the sum over all 8,000, losses included."),
        ),
        checked=N_("the sum of the 80 largest contributions, divided by the sum of all"),
    ),
    ChoiceQuestion(
        id="02.x3",
        prompt=N_("How can the top 20% hold more than 100% of the net profit?"),
        options=(
            Option(
                key="a",
                text=N_("The share is computed wrongly: no part is larger than its whole."),
                says=N_(
                    "That is so where nothing is negative, as with revenue. Now think of a whole "
                    "that contains losses."
                ),
            ),
            Option(
                key="b",
                text=N_("Customers further down lose money, which makes the whole smaller."),
                says=N_(
                    "The whole is what the winners earn less what the losers cost. Of a whole made "
                    "small by losses, the winners hold more than all."
                ),
            ),
            Option(
                key="c",
                text=N_("The acquisition cost is counted for the others, but not for the top 20%."),
                says=N_(
                    "Everybody bears the same 40 CNY, the top 20% as well. What matters is who "
                    "has not earned it back."
                ),
            ),
            Option(
                key="d",
                text=N_("It means that the firm could drop the other 80% and earn more."),
                says=N_(
                    "Among the other 80% are many who earn something. And costs that are shared, "
                    "or already spent to win them, would not go away with them."
                ),
            ),
        ),
        answer="b",
    ),
    ChoiceQuestion(
        id="02.x4",
        prompt=N_(
            "You have the cost to serve per customer and per order, for short and for long "
            "relations. A colleague says: our long-standing customers are cheaper to serve. What "
            "do you answer?"
        ),
        options=(
            Option(
                key="a",
                text=N_("Right: they know the shop, so they need less help."),
                says=N_(
                    "A good story. The table shows no fall of the cost per order, so it gives the "
                    "story no support."
                ),
            ),
            Option(
                key="b",
                text=N_("Wrong: per customer they cost several times as much."),
                says=N_(
                    "True, but they also ordered several times as often. The colleague will say "
                    "that this is no fair comparison, and be right."
                ),
            ),
            Option(
                key="c",
                text=N_(
                    "Our books do not show it: per order they cost about the same, per customer "
                    "more."
                ),
                says=N_(
                    "You named the measure, and said what the books show and no more. In Luxi it "
                    "is so by construction; in another firm, count again."
                ),
            ),
        ),
        answer="c",
    ),
    NumberQuestion(
        id="02.x5",
        prompt=N_(
            "A shared cost of 400,000 CNY, spread per head or by revenue: how many customers are "
            "profitable by one way and not by the other?"
        ),
        unit="customers",
        answer=answers.changed_sides,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.changed_sides("difference"),
                says=N_(
                    "This is the difference of the two numbers of profitable customers. Some move "
                    "up and some move down: count both."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.changed_sides("to profit"),
                says=N_(
                    "These are those who gain when the cost is spread by revenue. Some lose: count "
                    "them, too."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.changed_sides("to loss"),
                says=N_(
                    "These are those who lose when the cost is spread by revenue. More gain: count "
                    "them, too."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.changed_sides() / len(answers.pnl()),
                says=N_("This is their share. The question asks how many they are."),
            ),
        ),
        hints=(
            N_("Compute the net profit of every customer twice, once for each way."),
            N_("For each way ask of every customer: is it above 0?"),
            N_("Count the customers for whom the two answers differ: (a > 0) != (b > 0)."),
        ),
        checked=N_("the customers whose net profit changes its sign with the way of spreading"),
    ),
)

QUESTIONS = PREDICTIONS + CHECKS + EXERCISES
