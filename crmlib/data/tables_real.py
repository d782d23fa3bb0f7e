"""The real tables: purchases, donations and retention rates that other people recorded."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table

CUSTOMER = Column(
    "customer_id",
    "integer",
    N_("number of the customer in the whole CDNOW table"),
    low=1,
    high=23_570,
)
PURCHASE_COLUMNS = (
    CUSTOMER,
    Column("date", "date", N_("day of the purchase"), low="1997-01-01", high="1998-06-30"),
    Column("quantity", "integer", N_("number of CDs bought"), unit=N_("CDs"), low=1, high=99),
    Column("amount", "real", N_("amount paid"), unit=N_("US dollars"), low=0, high=1_286.01),
)
CDNOW_POPULATION = (
    "All 23,570 people whose first purchase at the online music shop CDNOW fell in the first "
    "quarter of 1997. Nobody joins later."
)
CDNOW_LICENCE = (
    "Published by the authors for research and teaching, without a formal licence; "
    "taken from the Python package lifetimes 0.11.3 (MIT licence, see real/LICENSE-lifetimes.txt)."
)
LIKE_SHOPS_TRAP = (
    "Everybody here is new in early 1997, in the early days of online shopping. A shop's usual "
    "customer list mixes old and new customers."
)

CDNOW = Table(
    name="cdnow",
    file="real/cdnow.csv.gz",
    origin="real",
    row_is=N_("one purchase"),
    rows=69_659,
    columns=PURCHASE_COLUMNS,
    key=(),
    notebooks=("02_value", "04_lifecycle", "05_alive", "07_tiers", "start"),
    source=(
        "P. S. Fader and B. G. S. Hardie (2001), Forecasting repeat sales at CDNOW: a case "
        "study, Interfaces 31 (3, part 2), S94-S107."
    ),
    licence=CDNOW_LICENCE,
    made=(
        "The file CDNOW_master.txt of the package, in its order. Its header line was replaced, "
        "dates were written as year-month-day, customer numbers lost their leading zeros, and "
        "number_of_cds and dollar_value were renamed quantity and amount. No row was left out."
    ),
    population=CDNOW_POPULATION,
    clock="Days from 1997-01-01 to 1998-06-30 (18 months). First purchases end on 1997-03-25.",
    traps=(
        "80 purchases cost 0 dollars. They are legal: the source does not say why.",
        "255 rows repeat an earlier row exactly. They may be two equal orders on one day, or an "
        "error: the source does not say. Nothing was removed.",
        "Several rows on one day are several orders. The models of the course count days with a "
        "purchase, not rows.",
        LIKE_SHOPS_TRAP,
    ),
)

CDNOW_SAMPLE = Table(
    name="cdnow_sample",
    file="real/cdnow_sample.csv.gz",
    origin="real",
    row_is=N_("one purchase of a customer in the 1/10 sample"),
    rows=6_919,
    columns=PURCHASE_COLUMNS,
    key=(),
    notebooks=("05_alive",),
    source=(
        "P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), “Counting your customers” the easy "
        "way: an alternative to the Pareto/NBD model, Marketing Science 24 (2), 275-284, "
        "doi 10.1287/mksc.1040.0098."
    ),
    licence=CDNOW_LICENCE,
    made=(
        "The file CDNOW_sample.txt of the package, in its order, changed as cdnow was. The file "
        "numbers its customers twice: customer_id is the number in the whole table; the number "
        "within the sample (1 to 2,357) was left out, it is the order in which customers first "
        "appear."
    ),
    population=(
        "2,357 of the customers of cdnow, one in ten, chosen systematically by the authors, with "
        "all their purchases."
    ),
    clock="Days from 1997-01-01 to 1998-06-30, as in cdnow.",
    traps=(
        "8 purchases cost 0 dollars, and 21 rows repeat an earlier row exactly.",
        "It is a sample: what it shows by chance, cdnow need not show. Notebook 05 has an example.",
        LIKE_SHOPS_TRAP,
    ),
)

CDNOW_SUMMARY = Table(
    name="cdnow_summary",
    file="real/cdnow_summary.csv",
    origin="real",
    row_is=N_("one customer of the 1/10 sample, summarized over the first 39 weeks"),
    rows=2_357,
    columns=(
        CUSTOMER,
        Column(
            "frequency", "integer", N_("number of repeat purchase days"), unit=N_("days"), low=0
        ),
        Column(
            "recency",
            "real",
            N_("time from the first purchase to the last, 0 if there was only one"),
            unit=N_("weeks"),
            low=0,
            high=38.86,
        ),
        Column(
            "T",
            "real",
            N_("time from the first purchase to the end, 1997-09-30"),
            unit=N_("weeks"),
            low=27,
            high=38.86,
        ),
        Column(
            "monetary_value",
            "real",
            N_("mean amount of a repeat purchase day, 0 if there was none"),
            unit=N_("US dollars"),
            low=0,
        ),
    ),
    key=("customer_id",),
    notebooks=(),
    source=(
        "P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), as cdnow_sample; amounts: the same "
        "authors (2005), RFM and CLV: using iso-value curves for customer base analysis, Journal "
        "of Marketing Research 42 (4), 415-430, doi 10.1509/jmkr.2005.42.4.415."
    ),
    licence=CDNOW_LICENCE,
    made=(
        "The file cdnow_customers_summary_with_transactions.csv of the package, in its order. "
        "Columns were renamed. The authors' customer number (1 to 2,357) was replaced by the "
        "number in the whole CDNOW table, so that the three tables can be joined."
    ),
    population="The 2,357 customers of cdnow_sample.",
    clock="1997-01-01 to 1997-09-30 (39 weeks).",
    traps=(
        "The authors rounded weeks and amounts to two decimals. Figures published from this "
        "table differ in the last digits from figures computed from cdnow_sample.",
        "1,411 of the 2,357 customers have no repeat purchase. Their monetary_value is 0: that "
        "means none, not cheap.",
    ),
)

DONATIONS = Table(
    name="donations",
    file="real/donations.csv",
    origin="real",
    row_is=N_("all donors with the same history of giving, and how many they are"),
    rows=22,
    columns=(
        Column(
            "frequency",
            "integer",
            N_("number of years with a donation"),
            unit=N_("years"),
            low=0,
            high=6,
        ),
        Column(
            "recency",
            "integer",
            N_("year of the last donation, 0 if there was none"),
            low=0,
            high=6,
        ),
        Column("n", "integer", N_("number of years watched"), unit=N_("years"), low=6, high=6),
        Column("count", "integer", N_("number of donors"), unit=N_("donors"), low=1),
    ),
    key=("frequency", "recency", "n"),
    notebooks=(),
    source=(
        "P. S. Fader, B. G. S. Hardie and J. Shang (2010), Customer-base analysis in a "
        "discrete-time noncontractual setting, Marketing Science 29 (6), 1086-1108, "
        "doi 10.1287/mksc.1100.0580."
    ),
    licence=(
        "Counts published in the article; taken from the Python package lifetimes 0.11.3 "
        "(MIT licence, see real/LICENSE-lifetimes.txt)."
    ),
    made=(
        "The file donations.csv of the package. The columns periods and weights were renamed n "
        "and count."
    ),
    population=(
        "11,104 people who first gave to a public radio station in the United States in 1995."
    ),
    clock="Six years, 1996 (year 1) to 2001 (year 6). The first donation of 1995 is not counted.",
    simplifications=(
        "Several donations in one year count as one. The amounts are not in the table.",
    ),
)

RETENTION_CURVES = Table(
    name="retention_curves",
    file="real/retention_curves.csv",
    origin="real",
    row_is=N_("one group of customers at one anniversary of their contract"),
    rows=26,
    columns=(
        Column("cohort", "text", N_("group of customers"), allowed=("Regular", "High End")),
        Column(
            "year",
            "integer",
            N_("years since the contract began"),
            unit=N_("years"),
            low=0,
            high=12,
        ),
        Column("survival", "real", N_("share of the group still under contract"), low=0, high=1),
    ),
    key=("cohort", "year"),
    notebooks=("03_lifetime",),
    source=(
        "P. S. Fader and B. G. S. Hardie (2007), How to project customer retention, Journal of "
        "Interactive Marketing 21 (1), 76-90, doi 10.1002/dir.20074; they took the two curves "
        "from M. J. A. Berry and G. S. Linoff (2004), Data mining techniques, second edition, "
        "Wiley."
    ),
    licence="Numbers printed in the article, quoted with their source.",
    made="The per cent figures of the article, divided by 100.",
    population=(
        "Two groups of customers of a subscription firm. How many they were is not published."
    ),
    clock="Years 0 to 12 of the contract.",
    traps=(
        "survival is the share of those who began, not the yearly retention rate. The retention "
        "rate of a year is its survival divided by the survival of the year before.",
    ),
    simplifications=("The source rounded to a tenth of one per cent.",),
)

TABLES = (CDNOW, CDNOW_SAMPLE, CDNOW_SUMMARY, DONATIONS, RETENTION_CURVES)
