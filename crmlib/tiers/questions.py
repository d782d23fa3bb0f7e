"""Predictions, checks and exercises of notebook 07. Reference answers are computed, never typed."""

from crmlib.core.i18n import mark as N_
from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    NumberQuestion,
    Option,
    WrongAnswer,
)
from crmlib.tiers import answers

PREDICTIONS = (
    NumberPrediction(
        id="07.p1",
        prompt=N_(
            "The top 1% of the customers, by their revenue in 2022, are 32 people. What share of "
            "them is in the top 1% again in 2023?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    NumberPrediction(
        id="07.p2",
        prompt=N_(
            "8,000 customers who are all alike: each orders three times a year on average, by "
            "chance. What share of all orders do the luckiest 20% of them hold?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    ChoicePrediction(
        id="07.p3",
        prompt=N_(
            "The accounts say that the worst tenth of the customers loses 33,810 CNY a year. They "
            "are dropped. Half of the cost of serving them really falls away. What happens to the "
            "firm's profit?"
        ),
        options=(
            Option(key="a", text=N_("it rises by about 33,800 CNY")),
            Option(key="b", text=N_("it rises by about half of that")),
            Option(key="c", text=N_("it stays about the same")),
            Option(key="d", text=N_("it falls by about 33,800 CNY")),
        ),
    ),
)

CHECKS = (
    NumberQuestion(
        id="07.c1",
        prompt=N_(
            "Of the 32 customers who formed the top 1% in 2022, what share formed it again in 2023?"
        ),
        unit="share",
        answer=lambda: answers.stay("platinum"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.stay("platinum", 2021),
                says=N_(
                    "This is 2021 to 2022. In 2021 customers were observed for unequal times: the "
                    "question asks for 2022 to 2023."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.stay(answers.TOP),
                says=N_("This is the top fifth. The question asks for the top 1%, platinum."),
            ),
            WrongAnswer(
                value=answers.still_upper,
                says=N_(
                    "This counts those who fell to gold as well. The question asks who is in the "
                    "same tier, the top 1%."
                ),
            ),
            WrongAnswer(
                value=lambda: 1 - answers.stay("platinum"),
                says=N_("This is the share who are no longer there. The question asks who stayed."),
            ),
            WrongAnswer(
                value=lambda: answers.move("gold", "platinum", 2022),
                says=N_(
                    "This is the share of gold who rose. Start in the row of platinum: who was at "
                    "the top before?"
                ),
            ),
            WrongAnswer(
                value=lambda: answers.stayed("platinum"),
                says=N_("This is the number of customers. Divide it by those who were there."),
            ),
        ),
        hints=(
            N_("Start with those who were platinum in 2022. How many were they?"),
            N_("Find the row platinum, then the column platinum, of the migration matrix."),
            N_("moves.probability of platinum, platinum."),
        ),
        checked=N_("the share of the top 1% of 2022 who are in the top 1% of 2023"),
    ),
    NumberQuestion(
        id="07.c2",
        prompt=N_(
            "8,000 customers, all alike. How many of the 1,600 luckiest of this year do you expect "
            "among the 1,600 luckiest of next year?"
        ),
        unit="customers",
        answer=answers.expected_again,
        relative_tolerance=0.03,
        known_wrong=(
            WrongAnswer(
                value=lambda: 1600.0,
                says=N_("All of them? Nobody differs from anybody: luck does not know last year."),
            ),
            WrongAnswer(
                value=lambda: 0.0,
                says=N_(
                    "Luck does not turn against those who had it, either: each has the same "
                    "chance as everybody else."
                ),
            ),
            WrongAnswer(
                value=lambda: 800.0,
                says=N_("Half would be the chance of a coin. How large is the top, of all 8,000?"),
            ),
            WrongAnswer(
                value=lambda: 1600 * answers.stay(answers.TOP),
                says=N_("This is the share of Luxi's real customers. Here all are alike."),
            ),
            WrongAnswer(
                value=answers.orders_of_the_lucky,
                says=N_("That share was of the orders. The question asks about the people."),
            ),
        ),
        hints=(
            N_("If all are alike, what is the chance of anybody to be among the luckiest fifth?"),
            N_("Last year's luck changes nothing: the chance of the 1,600 is that of everybody."),
            N_("Take one fifth of 1,600."),
        ),
        checked=N_("one fifth of the top fifth: what chance alone leaves there"),
    ),
    ChoiceQuestion(
        id="07.c3",
        prompt=N_(
            "Sorted by contribution, hardly any key customer is costly to serve. Sorted by "
            "revenue, as many are as elsewhere. What follows for \u201ckey customers are cheap to "
            "serve\u201d?"
        ),
        options=(
            Option(
                key="a",
                text=N_("It is true: sorting by contribution shows it."),
                says=N_(
                    "The costs were taken off before the sorting. Who is costly can hardly get to "
                    "the top: the sorting made it true."
                ),
            ),
            Option(
                key="b",
                text=N_("It depends on the sorting, and says nothing about people."),
                says=N_(
                    "A list sorted by what is left after the costs has few costly customers at "
                    "its top, in every firm."
                ),
            ),
            Option(
                key="c",
                text=N_("It is false: key customers are costly."),
                says=N_(
                    "That is not what you saw, either: by revenue they cost about as much per "
                    "order as others, and less of each yuan."
                ),
            ),
            Option(
                key="d",
                text=N_("Costly customers become cheap when they get a platinum card."),
                says=N_("Nobody changed. The same people were put in another order."),
            ),
        ),
        answer="b",
    ),
    ChoiceQuestion(
        id="07.c4",
        prompt=N_(
            "The upper two tiers are 20% of the customers, by definition. A programme lifts 50 "
            "more customers into them than last year. What happens to the others?"
        ),
        options=(
            Option(
                key="a",
                text=N_("Nothing: 50 customers more are in the upper tiers."),
                says=N_("Then they would be more than 20%. The definition does not let them."),
            ),
            Option(
                key="b",
                text=N_("50 more customers fall out of the upper tiers."),
                says=N_(
                    "With fixed shares every rise is somebody's fall. Count money, not ranks, if "
                    "you want to know whether customers were developed."
                ),
            ),
            Option(
                key="c",
                text=N_("Others are pulled up as well."),
                says=N_("Into which places? The upper tiers have as many places as before."),
            ),
        ),
        answer="b",
    ),
)

EXERCISES = (
    ChoiceQuestion(
        id="07.x1",
        prompt=N_(
            "CDNOW, 23,570 real customers: of the top 1% by dollars in the first nine months, how "
            "many are in the top fifth of the next nine months?"
        ),
        options=(
            Option(
                key="a",
                text=N_("about 8 in 10"),
                says=N_(
                    "They lose their places at the very top, and most are good customers still."
                ),
            ),
            Option(
                key="b",
                text=N_("about 6 in 10"),
                says=N_("That is too few. How far can somebody fall who stood so high?"),
            ),
            Option(
                key="c",
                text=N_("about 4 in 10"),
                says=N_(
                    "So many are in the top 1% again. The top fifth has room for twenty times "
                    "as many customers."
                ),
            ),
            Option(
                key="d",
                text=N_("about 2 in 10"),
                says=N_(
                    "That would be chance alone. These customers do differ: luck is a part of "
                    "their rank, not all of it."
                ),
            ),
        ),
        answer="a",
    ),
    NumberQuestion(
        id="07.x2",
        prompt=N_("Of the gold customers of 2021, what share was lead in 2022?"),
        unit="share",
        answer=lambda: answers.move("gold", "lead"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.came_from("gold", "lead"),
                says=N_(
                    "This starts from the lead customers of 2022 and asks where they came from. "
                    "Start from the gold of 2021: rows, not columns."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.move("gold", "lead", 2022),
                says=N_("This is 2022 to 2023. The exercise asks for 2021 to 2022."),
            ),
            WrongAnswer(
                value=lambda: answers.move("gold", "lead", basis="contribution"),
                says=N_("This sorts by contribution. The exercise sorts by revenue."),
            ),
            WrongAnswer(
                value=lambda: answers.move("lead", "gold"),
                says=N_("This is the way up, from lead to gold."),
            ),
            WrongAnswer(
                value=lambda: answers.move("gold", "gold"),
                says=N_("This is the share of gold who stayed gold."),
            ),
            WrongAnswer(
                value=lambda: answers.move("gold", "lead", 2021, "customers"),
                says=N_("This is a number of customers. Divide it by all who were gold in 2021."),
            ),
        ),
        hints=(
            N_("Make the tiers of both years with tiers.assign, then tiers.migration."),
            N_("The row of the matrix is the tier before, the column the tier after."),
            N_("moves.probability of gold, lead, with 2021 first and 2022 second."),
        ),
        checked=N_("lead in 2022 among the gold of 2021, by the revenue of each year"),
    ),
    NumberQuestion(
        id="07.x3",
        prompt=N_(
            "2023: the worst tenth is dropped, the fixed cost is 60,000 CNY, and 30% of the cost "
            "to serve falls away. What does the firm gain, in CNY a year? (A loss is negative.)"
        ),
        unit="CNY",
        answer=answers.dropped,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.dropped(column="promised"),
                says=N_(
                    "This is what the accounts promise: it counts fixed cost as saved, and all of "
                    "the cost to serve."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.dropped(avoidable=1.0),
                says=N_("Here all of the cost to serve falls away. Only 30% of it does."),
            ),
            WrongAnswer(
                value=lambda: answers.dropped(avoidable=0.7),
                says=N_("Here 70% falls away and 30% stays. It is the other way round."),
            ),
            WrongAnswer(
                value=lambda: 0.3 * answers.dropped(column="promised"),
                says=N_("This is 30% of the promise. What do these customers pay you now?"),
            ),
            WrongAnswer(
                value=lambda: -answers.dropped(),
                says=N_("The size is right, the sign is not: does the profit rise or fall?"),
            ),
            WrongAnswer(
                value=lambda: answers.dropped(2022),
                says=N_("This is 2022. The exercise asks for 2023."),
            ),
            WrongAnswer(
                value=lambda: answers.dropped(column="profit_after"),
                says=N_("This is the profit afterwards. The question asks how much it changes."),
            ),
        ),
        hints=(
            N_("What does the firm lose with these customers? What does it really save?"),
            N_("tiers.drop_bottom needs the columns margin and cost of 2023."),
            N_("Set fixed_cost and avoidable, and read gain."),
        ),
        checked=N_("avoidable cost less lost margin of the worst tenth of 2023"),
    ),
    ChoiceQuestion(
        id="07.x4",
        prompt=N_(
            "\u201cKey customers bring new customers.\u201d In 2024, 28% of the 32 platinum "
            "customers recommended Luxi (interval 16% to 45%), of all customers 15%. What do you "
            "write into the table of verdicts?"
        ),
        options=(
            Option(
                key="a",
                text=N_("True: nearly twice as many."),
                says=N_(
                    "The interval begins just above 15%. But you looked at many traits of only "
                    "32 people: one of them will stand out by chance."
                ),
            ),
            Option(
                key="b",
                text=N_("False: the truth file says that recommending is pure chance."),
                says=N_(
                    "At Luxi it is, but no firm can look that up. Write what the data allow, and "
                    "what they do not."
                ),
            ),
            Option(
                key="c",
                text=N_("Not shown: 32 people and several traits tried. Count again next year."),
                says=N_(
                    "You said what the data allow. And indeed it was chance here: nothing was "
                    "planted."
                ),
            ),
            Option(
                key="d",
                text=N_("Partly true: for some of them."),
                says=N_(
                    "In every group some recommend. The claim says that key customers do it more."
                ),
            ),
        ),
        answer="c",
    ),
    NumberQuestion(
        id="07.x5",
        prompt=N_(
            "By how many per cent does the budget bring more when it follows the next yuan's "
            "return, instead of each tier's contribution?"
        ),
        unit="percent",
        answer=answers.advantage,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.advantage("customers"),
                says=N_("You compared with the same amount for every customer."),
            ),
            WrongAnswer(
                value=lambda: 100 * (1 - answers.gain("contribution") / answers.gain()),
                says=N_(
                    "You divided by the better plan. The question starts from the plan by "
                    "contribution: how much more than that?"
                ),
            ),
            WrongAnswer(
                value=lambda: answers.gain() - answers.gain("contribution"),
                says=N_(
                    "This is the difference in CNY. Divide it by what the plan by tier brings."
                ),
            ),
        ),
        hints=(
            N_("tiers.allocate makes both plans: with and without by."),
            N_("Add up total_gain of each plan."),
            N_("Divide one sum by the other, subtract 1, and multiply by 100."),
        ),
        checked=N_("the gain of both plans, compared with the plan by contribution"),
    ),
)

QUESTIONS = (*PREDICTIONS, *CHECKS, *EXERCISES)
