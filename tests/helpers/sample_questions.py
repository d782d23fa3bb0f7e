"""Questions of an imagined theme, one of each kind."""

from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    NumberQuestion,
    OpenQuestion,
    Option,
    WrongAnswer,
)

CAME_BACK, CUSTOMERS = 547, 1000

SHARE_PREDICTION = NumberPrediction(
    id="05.p1", prompt="What share comes back?", low=0, high=1, step=0.01, unit="share"
)
WEEKS_PREDICTION = NumberPrediction(
    id="05.p2", prompt="After how many weeks?", low=0, high=52, step=1, unit="weeks"
)
CHOICE_PREDICTION = ChoicePrediction(
    id="05.p3",
    prompt="Who comes back?",
    options=(Option(key="a", text="Anna"), Option(key="b", text="Bo <the baker>")),
)
SHARE = NumberQuestion(
    id="05.c1",
    prompt="What share of the customers came back?",
    unit="share",
    answer=lambda: CAME_BACK / CUSTOMERS,
    checked="the share of all customers",
    hints=("Count the customers.", "Count those who came back.", "Divide the second by the first."),
    known_wrong=(
        WrongAnswer(value=lambda: 1 - CAME_BACK / CUSTOMERS, says="That is who did not."),
        WrongAnswer(value=lambda: CUSTOMERS / CAME_BACK, says="That fraction is upside down."),
    ),
)
CHOICE = ChoiceQuestion(
    id="05.c2",
    prompt="What does the step mean?",
    options=(
        Option(key="a", text="A cause", says="A step alone shows no cause."),
        Option(key="b", text="A convention", says="People chose where to draw the line."),
        Option(key="c", text="An error", says="The count was right."),
    ),
    answer="b",
)
OPEN = OpenQuestion(
    id="05.x1",
    prompt="Why does the rule survive?",
    model_answer="Thirty salespeople can remember it,\nand it costs nothing.",
)
QUESTIONS = (
    SHARE_PREDICTION,
    WEEKS_PREDICTION,
    CHOICE_PREDICTION,
    SHARE,
    CHOICE,
    OPEN,
)
