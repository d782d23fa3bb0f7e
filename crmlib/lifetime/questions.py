"""Predictions, checks and exercises of notebook 03. Reference answers are computed, never typed."""

from crmlib.core.i18n import mark as N_
from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    NumberQuestion,
    Option,
    WrongAnswer,
)
from crmlib.lifetime import answers

PREDICTIONS = (
    NumberPrediction(
        id="03.p1",
        prompt=N_(
            "A firm keeps 80 of 100 customers from one year to the next. It manages to keep 85. By "
            "what share does the value of an average customer rise?"
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    NumberPrediction(
        id="03.p2",
        prompt=N_(
            "500 steady customers renew with 90% every year, 500 restless ones with 50%. Nobody "
            "ever changes. In the first year 70% of all renew. What share of those still there "
            "renews in the sixth year?"
        ),
        low=0.5,
        high=1.0,
        step=0.01,
        unit="share",
    ),
    NumberPrediction(
        id="03.p3",
        prompt=N_(
            "After seven years 49% of the High End cohort are still under contract. What share of "
            "those who began is still there after twelve years?"
        ),
        low=0.0,
        high=0.49,
        step=0.01,
        unit="share",
    ),
    ChoicePrediction(
        id="03.p4",
        prompt=N_(
            "Winning a subscriber costs Luxi 160 yuan. An offer to stay costs 12 yuan. What does "
            "one more customer kept by it cost, when all get the offer?"
        ),
        options=(
            Option(key="a", text=N_("about 12 yuan")),
            Option(key="b", text=N_("about 40 yuan, a quarter of winning one")),
            Option(key="c", text=N_("about 160 yuan, as much as winning one")),
            Option(key="d", text=N_("more than 300 yuan, over twice as much as winning one")),
        ),
    ),
)

CHECKS = (
    NumberQuestion(
        id="03.c1",
        prompt=N_(
            "A subscriber brings a margin of 300 yuan a year and renews with a probability of "
            "75%. The discount rate is 10%, the first margin counts. What is the lifetime value?"
        ),
        unit=N_("yuan"),
        answer=answers.customer_value,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.customer_value(first_margin=False),
                says=N_("This leaves out the first margin. The question counts it."),
            ),
            WrongAnswer(
                value=lambda: answers.customer_value(discount_rate=0.0),
                says=N_("This is not discounted. The question discounts by 10% a year."),
            ),
            WrongAnswer(
                value=lambda: answers.customer_value() / (1 + answers.CUSTOMER["discount_rate"]),
                says=N_(
                    "You discounted the first margin as well. It comes today, at full value: in "
                    "the formula 1 + d stands above the line."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.customer_value(retention=1 - answers.CUSTOMER["retention"]),
                says=N_("You took the 75% as the share who leave. They are the share who stay."),
            ),
        ),
        hints=(
            N_("Which of the two formulas counts the first margin?"),
            N_("Margin times (1 + d), divided by (1 + d - r)."),
            N_("Above the line stands 300 times 1.1. Below it, 1.1 less the retention rate."),
        ),
        checked=N_("the value with the first margin, discounted by 10% a year"),
    ),
    NumberQuestion(
        id="03.c2",
        prompt=N_(
            "First margin counted, flat margin, no discount: at which retention rate *before* do "
            "five percentage points more raise the value of a customer by exactly 25%?"
        ),
        unit="share",
        answer=answers.base_for_gain,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.base_for_gain(relative=True),
                says=N_(
                    "This is the rate afterwards, or the one for 5% of the rate. The question asks "
                    "for the rate before, and for points."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.base_for_gain(first_margin=False),
                says=N_("This holds without the first margin. The question counts it."),
            ),
            WrongAnswer(
                value=lambda: answers.base_for_gain(discount_rate=0.1),
                says=N_("This holds with a discount of 10% a year. The question has none."),
            ),
            WrongAnswer(
                value=lambda: answers.base_for_gain(margin_growth=0.05),
                says=N_(
                    "Too low: this would do if the margin grew by 5% a year. Here it is flat, and "
                    "the question asks for the rate before the five points are added."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.base_for_gain(0.85),
                says=N_("This is the other end of the band: there the value rises by 85%."),
            ),
            WrongAnswer(
                value=lambda: 1 - answers.base_for_gain(),
                says=N_("This is the share who leave. The question asks for the share who stay."),
            ),
        ),
        hints=(
            N_("Without discount the value is the margin divided by the share who leave."),
            N_("Five points fewer leave. By how much does one over the share who leave rise?"),
            N_("The gain is 0.05 / (1 - r - 0.05). Set it to 0.25, and solve for r."),
        ),
        checked=N_("the rate before, in points, first margin counted, flat, not discounted"),
    ),
    NumberQuestion(
        id="03.c3",
        prompt=N_(
            "Luxi's subscribers: what share of those who began is still there after 12 renewals?"
        ),
        unit="share",
        answer=answers.share_still_there,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.share_still_there("retention_rate"),
                says=N_(
                    "This is the retention rate of the twelfth renewal: of those who came to it. "
                    "The question asks about those who began."
                ),
            ),
            WrongAnswer(
                value=answers.at_risk_among_all,
                says=N_(
                    "You divided those who came to renewal 12 by all contracts. Many contracts "
                    "are too young to have come to it: that is no leaving."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.share_still_there(renewal=11),
                says=N_("This is renewal 11: one row too high."),
            ),
            WrongAnswer(
                value=lambda: 1 - answers.share_still_there(),
                says=N_("This is the share who have left. The question asks who is still there."),
            ),
        ),
        hints=(
            N_("A retention rate looks at those who came to the renewal. Which column does not?"),
            N_("All retention rates up to the twelfth, multiplied."),
            N_("Column survival, row 12."),
        ),
        checked=N_("survival: the product of the first twelve retention rates"),
    ),
    ChoiceQuestion(
        id="03.c4",
        prompt=N_(
            "A manager reads: keeping costs us 40 yuan a head, winning 160. So each yuan moved "
            "from winning to keeping brings us four times as many customers. What is wrong?"
        ),
        options=(
            Option(
                key="a",
                text=N_("Nothing: 160 is four times 40."),
                says=N_(
                    "The division is right. But 40 yuan is what is spent on everybody, also on "
                    "the many who would have stayed anyway."
                ),
            ),
            Option(
                key="b",
                text=N_("The 40 yuan were reckoned wrongly: keeping costs more than winning."),
                says=N_(
                    "The books are right: 40 is a correct average. But what does the next yuan do?"
                ),
            ),
            Option(
                key="c",
                text=N_("An average cost says nothing about what one more customer costs."),
                says=N_(
                    "The 40 yuan is an average over all subscribers. A decision needs the "
                    "difference that the next yuan makes, on either side."
                ),
            ),
            Option(
                key="d",
                text=N_("Kept customers are worth less than new ones."),
                says=N_(
                    "Not known, and in Luxi the opposite: those who have stayed long are likely to "
                    "stay. It is the cost that was compared in the wrong way."
                ),
            ),
        ),
        answer="c",
    ),
)

EXERCISES = (
    ChoiceQuestion(
        id="03.x1",
        prompt=N_(
            "Five percentage points more retention: at a rate of 90%, or at 50%? Where does the "
            "value of a customer rise more, in per cent? (First margin counted, flat, no discount.)"
        ),
        options=(
            Option(
                key="a",
                text=N_("The same: five points are five points."),
                says=N_(
                    "The same number of customers stay longer. But how much longer? Compare the "
                    "five with those who leave."
                ),
            ),
            Option(
                key="b",
                text=N_("At 50%: there are more leavers to win over."),
                says=N_(
                    "There are more leavers, so five of them matter less: 45 of 50 still leave. "
                    "At 90%, five of ten stay."
                ),
            ),
            Option(
                key="c",
                text=N_("At 90%, about twice as much."),
                says=N_(
                    "The direction is right. But do not compare those who stay, 90 with 50. "
                    "Compare those who leave, 10 with 50."
                ),
            ),
            Option(
                key="d",
                text=N_("At 90%, about nine times as much."),
                says=N_(
                    "At 90% half of the leavers stay, and the mean lifetime doubles. At 50% one "
                    "leaver in ten stays."
                ),
            ),
        ),
        answer="d",
    ),
    NumberQuestion(
        id="03.x2",
        prompt=N_(
            "The Regular cohort, sBG fitted to years 0 to 7: what share does it expect to be still "
            "under contract after 12 years?"
        ),
        unit="share",
        answer=answers.year_asked,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.year_asked("actual"),
                says=N_("This is what happened. The question asks what the model expected."),
            ),
            WrongAnswer(
                value=lambda: answers.year_asked("Geometric"),
                says=N_("This is the model with one rate for all. The question asks for sBG."),
            ),
            WrongAnswer(
                value=lambda: answers.year_asked(cohort="High End"),
                says=N_("This is the High End cohort. The question asks for Regular."),
            ),
            WrongAnswer(
                value=answers.retention_of_year_asked,
                says=N_("This is a retention rate. The question asks about all who began."),
            ),
        ),
        hints=(
            N_("lifetime.project fits a curve up to a year, and follows the models to its end."),
            N_("Take the rows of the Regular cohort, and let the models see 7 years."),
            N_("Row 12, column SBG."),
        ),
        checked=N_("the forecast of sBG from seven years of the Regular cohort, year 12"),
    ),
    ChoiceQuestion(
        id="03.x3",
        prompt=N_(
            "Of the Regular cohort 63% renewed in the first year and 92% in the seventh. The "
            "marketing director: our customers become more loyal with the years. What do you say?"
        ),
        options=(
            Option(
                key="a",
                text=N_("She is right: the retention rate has risen by 29 points."),
                says=N_(
                    "The cohort's rate has. But in year 7 only those are left who stayed six years."
                ),
            ),
            Option(
                key="b",
                text=N_("She is wrong: sorting alone explains it, so nobody becomes more loyal."),
                says=N_(
                    "Sorting alone *can* explain it. That does not prove that nobody changes: a "
                    "curve of the cohort cannot tell the two apart."
                ),
            ),
            Option(
                key="c",
                text=N_(
                    "The curve cannot tell: the restless left first, which is enough for such a "
                    "rise. One would have to watch what the same people do."
                ),
                says=N_(
                    "Sorting is enough, so the rise is no evidence of growing loyalty, nor against "
                    "it. It needs data on the same people, or an experiment."
                ),
            ),
            Option(
                key="d",
                text=N_("She is wrong: BdW shows that each customer becomes less loyal."),
                says=N_(
                    "In one of the two cohorts BdW fits better with such a story. A better fit to "
                    "one curve is a hint, not a proof."
                ),
            ),
        ),
        answer="c",
    ),
    NumberQuestion(
        id="03.x4",
        prompt=N_("The firm of the books: what did one more customer kept cost, in yuan?"),
        unit=N_("yuan"),
        answer=answers.cost_of_one_more,
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.BOOKS["care_per_customer"],
                says=N_(
                    "This is the average. Most of these customers would have stayed without care."
                ),
            ),
            WrongAnswer(
                value=lambda: answers.spent() / answers.BOOKS["stayed_with_care"],
                says=N_(
                    "You divided by all who stayed with care. Most of them stayed without it, too: "
                    "what is the difference?"
                ),
            ),
            WrongAnswer(
                value=lambda: answers.cost_of_one_more() / answers.BOOKS["acquisition_cost"],
                says=N_("This is a multiple of the cost of winning. The question asks for yuan."),
            ),
        ),
        hints=(
            N_("How many stayed who would not have stayed without the care?"),
            N_("The other half, drawn by lot, shows how many stay without it."),
            N_("All that was spent on care, divided by the difference of the two halves."),
        ),
        checked=N_("all the money for care, divided by the customers whom it kept"),
    ),
    NumberQuestion(
        id="03.x5",
        prompt=N_(
            "The margin doubles, from 300 to 600 yuan a year. By what factor does the best budget "
            "for winning, per prospect, grow?"
        ),
        answer=lambda: answers.growth_of_best("winning"),
        known_wrong=(
            WrongAnswer(
                value=lambda: answers.growth_of_best("keeping"),
                says=N_("This is the factor for keeping. The question asks for winning."),
            ),
            WrongAnswer(
                value=lambda: answers.growth_of_best("value"),
                says=N_("This is how the value of a customer grows, not the budget."),
            ),
            WrongAnswer(
                value=lambda: (
                    answers.best("winning", answers.MORE_MARGIN) - answers.best("winning")
                ),
                says=N_("This is the difference in yuan. The question asks for a factor."),
            ),
        ),
        hints=(
            N_("Call lifetime.best_budgets twice, once for each margin."),
            N_("The entry 'winning' of what it returns is the budget per prospect."),
            N_("Divide the budget at a margin of 600 by the one at 300."),
        ),
        checked=N_("the ratio of the two best budgets for winning"),
    ),
)

QUESTIONS = PREDICTIONS + CHECKS + EXERCISES
