"""What pay is called: units, currencies and bounds in the languages of our sources, and what is no pay."""

from decimal import Decimal

import pytest

from crawler.clean import money, pay

D = Decimal  # the tables below are long


def figures(raw, **given_):
    amount = pay.read(raw, **given_)
    return amount and (amount.min_value, amount.max_value, amount.currency, amount.unit_text)


@pytest.mark.parametrize(
    "raw, low, high, currency, unit",
    [
        ("13,50 €/h", D("13.50"), D("13.50"), "EUR", "HOUR"),
        ("15,20 € pro Stunde", D("15.20"), D("15.20"), "EUR", "HOUR"),
        ("Stundenlohn: 14,50 €", D("14.50"), D("14.50"), "EUR", "HOUR"),
        ("ab 13,50 € / Stunde", D("13.50"), None, "EUR", "HOUR"),
        ("36.000 € brutto im Jahr", D(36000), D(36000), "EUR", "YEAR"),
        ("bis zu 3.000 € monatlich", None, D(3000), "EUR", "MONTH"),
        ("zwischen 2.500 und 3.000 € im Monat", D(2500), D(3000), "EUR", "MONTH"),
        ("CHF 5'000 - 6'000 pro Monat", D(5000), D(6000), "CHF", "MONTH"),
        ("€14,50 bruto per uur", D("14.50"), D("14.50"), "EUR", "HOUR"),
        ("tot €3.200 bruto per maand", None, D(3200), "EUR", "MONTH"),
        ("2 300 - 2 600 €/kk", D(2300), D(2600), "EUR", "MONTH"),
        ("2300 euroa kuukaudessa", D(2300), D(2300), "EUR", "MONTH"),
        ("12,31 € de l'heure", D("12.31"), D("12.31"), "EUR", "HOUR"),
        ("1 800 € brut/mois", D(1800), D(1800), "EUR", "MONTH"),
        ("25-30K€ par an", D(25000), D(30000), "EUR", "YEAR"),
        ("30 000 à 35 000 euros annuels", D(30000), D(35000), "EUR", "YEAR"),
        ("entre 1.200 y 1.500 € al mes", D(1200), D(1500), "EUR", "MONTH"),
        ("18.000 - 20.000 € anuales", D(18000), D(20000), "EUR", "YEAR"),
        ("25.000€ lordi annui", D(25000), D(25000), "EUR", "YEAR"),
        ("1.300 € al mese", D(1300), D(1300), "EUR", "MONTH"),
        ("R$ 2.500,00 por mês", D(2500), D(2500), "BRL", "MONTH"),
        ("4 500 - 6 000 zł brutto miesięcznie", D(4500), D(6000), "PLN", "MONTH"),
        ("31,40 zł/godz.", D("31.40"), D("31.40"), "PLN", "HOUR"),
        ("₱20,000 kada buwan", D(20000), D(20000), "PHP", "MONTH"),
        ("Php 18,000 - 22,000 per month", D(18000), D(22000), "PHP", "MONTH"),
        ("DKK 180 pr. time", D(180), D(180), "DKK", "HOUR"),
        ("28 000 kronor i månaden", D(28000), D(28000), "SEK", "MONTH"),
        ("RM 2,500 - RM 3,000", D(2500), D(3000), "MYR", None),
        ("mtl. 2.600 EUR brutto", D(2600), D(2600), "EUR", "MONTH"),
        ("19.500 € b/a", D(19500), D(19500), "EUR", "YEAR"),
        ("30 000 Kč/měsíc", D(30000), D(30000), "CZK", "MONTH"),
        ("Rp 5.000.000 - 6.500.000 per bulan", D(5000000), D(6500000), "IDR", "MONTH"),
        ("INR 21,000 - 26,000 p.m.", D(21000), D(26000), "INR", "MONTH"),
        ("460 000 Ft / hó", D(460000), D(460000), "HUF", "MONTH"),
        ("26.000 - 31.000 TL", D(26000), D(31000), "TRY", None),
        ("S/ 1,300 mensuales", D(1300), D(1300), "PEN", "MONTH"),
        ("от 65 000 до 85 000 руб.", D(65000), D(85000), "RUB", None),
        ("￥260,000～￥310,000 / 月", D(260000), D(310000), None, "MONTH"),
        ("de 19.000 a 23.000 euros", D(19000), D(23000), "EUR", None),
        ("R$ 1.900 a R$ 2.300", D(1900), D(2300), "BRL", None),
        ("$800 a 40-hour week", D(800), D(800), "USD", None),
        ("USD62,000 a year", D(62000), D(62000), "USD", "YEAR"),
        ("RM2600/month", D(2600), D(2600), "MYR", "MONTH"),
    ],
)
def test_pay_is_read_in_the_languages_of_our_sources(raw, low, high, currency, unit):
    assert figures(raw) == (low, high, currency, unit)


@pytest.mark.parametrize(
    "raw, country, currency",
    [
        ("180 kr/tim", "SE", "SEK"),
        ("kr 450 000 per år", "NO", "NOK"),
        ("27.000 kr. pr. måned", "DK", "DKK"),
        ("180 kr/tim", None, None),
        ("Rs. 25,000 per month", "IN", "INR"),
        ("Rs. 25,000 per month", "PK", "PKR"),
        ("Rs. 25,000 per month", None, None),
        ("45 000 kr/mån", None, None),
        ("¥260,000 / 月", "JP", "JPY"),
        ("¥9,000 per month", "CN", "CNY"),
        ("$ 640.000 líquido mensual (CLP)", None, "CLP"),
        ("$1.400.000 COP mensual", "US", "COP"),
        ("$ 640.000 mensual", "CL", None),
        ("18,000 pesos al mes", "MX", "MXN"),
    ],
)
def test_a_symbol_of_several_countries_is_the_country_s_or_none(raw, country, currency):
    amount = pay.read(raw, country=country)
    assert amount
    assert amount.currency == currency
    assert amount.min_value


@pytest.mark.parametrize(
    "raw, low, high, unit",
    [
        ("£31,365/£33,779/£37,890", D(31365), D(37890), None),
        ("Clinical 3: £31,634 - £34,001 - £36,368", D(31634), D(36368), None),
        ("£13.79 / £16.97 Per Hour", D("13.79"), D("16.97"), "HOUR"),
        ("£9.45 per hour rising to £9.80 after probation", D("9.45"), D("9.80"), "HOUR"),
        ("£9.00 per hour upto £10.08 per hour", D(9), D("10.08"), "HOUR"),
        ("$32.79 (Step 1) - $35.47 (Step 5).", D("32.79"), D("35.47"), None),
        ("£24,907 - £30,615 £24,907 to £30,615 per annum", D(24907), D(30615), "YEAR"),
        ("£24,000 - £29,000 £31,000 - £37,000 per annum", D(24000), D(37000), "YEAR"),
        ("£28,691 - £35,207 £24,907-£30,615 per annum", D(28691), D(35207), "YEAR"),
        ("£24,907 - £30,615 (plus 5% extra) per annum", D(24907), D(30615), "YEAR"),
        ("£40,400 + £10,100 on call duties per annum", D(40400), D(40400), "YEAR"),
        ("£30,000 + £20 per hour on call", D(30000), D(30000), None),
        ("£38,693 + out of hour enhancements", D(38693), D(38693), None),
        ("£8.82 PER HOUR+ ENHANCEMENTS", D("8.82"), D("8.82"), "HOUR"),
        ("$60k+ DOE", D(60000), None, None),
        ("£37, 026 per anuum", D(37026), D(37026), "YEAR"),
        ("£37,000 up to", D(37000), None, None),
        ("12.49-£21.11", D("12.49"), D("21.11"), None),
        ("Potential earnings: £19,601 per annum", None, D(19601), "YEAR"),
        ("£18,000 - £22,000 N/A", D(18000), D(22000), None),
        ("£15 Sat/Mon", D(15), D(15), None),
        ("£82,096 - £110,683 London Allowance £2,162", D(82096), D(110683), None),
        ("$3,000 sign-on bonus, $18/hr", D(18), D(18), "HOUR"),
        ("From 35,000 to 44,000 per annum Bonus, laptop", D(35000), D(44000), "YEAR"),
        ("Zone 2 Annual Base $66,000—$83,000 USD", D(66000), D(83000), "YEAR"),
        ("Tier 1 annual pay £25,000", D(25000), D(25000), "YEAR"),
        ("OTE £42,000 (£25,000 basic)", D(25000), D(25000), None),
        ("Night diff $1.25/hr; base $16.50/hr", D("16.50"), D("16.50"), "HOUR"),
        ("$2 shift differential, base $16", D(16), D(16), None),
        ("$18.25/hr plus shift differential", D("18.25"), D("18.25"), "HOUR"),
        ("Min: $41,000 Max: $52,000", D(41000), D(52000), None),
        ("Minimum £24,000; maximum £29,000 per annum", D(24000), D(29000), "YEAR"),
        ("$16.50 or $17.50 per hour", D("16.50"), D("17.50"), "HOUR"),
        ("$48,000 (Austin) / $55,000 (Boston)", D(48000), D(55000), None),
        ("£8.80 + 12.1% annual leave", D("8.80"), D("8.80"), None),
        ("£23,900 for 37 hours per week", D(23900), D(23900), None),
        ("£24,500 / Shift work", D(24500), D(24500), None),
        ("£24,500 per annum staff discount", D(24500), D(24500), "YEAR"),
        ("£25,500 M-F", D(25500), D(25500), None),
        ("£22,000 L3 support", D(22000), D(22000), None),
        ("$16 M-F", D(16), D(16), None),
        ("$25 PM shift", D(25), D(25), None),
    ],
)
def test_scales_grades_and_additions_are_read_as_a_person_reads_them(raw, low, high, unit):
    amount = pay.read(raw)
    assert amount
    assert (amount.min_value, amount.max_value, amount.unit_text) == (low, high, unit)


@pytest.mark.parametrize(
    "raw",
    [
        "Band 6 hourly rate",
        "£negotiable + pension c.£6,150",
        "$500 weekly bonus",
        "$60K – $100K Commission",
        "£4,000 Location Allowance",
        "Up to £24,00 pro rata",
        "£33,65700 - depending on experience",
        "47 - 70 میلیون تومان",
        "£30 - £35,000",
        "P20,000 Base Pay!",
        "££,£££",
        "$0.60 per call",
        "€14 / ticket",
        "per session £40",
        "£380 - £440 per session",
        "£90 per shift",
        "$35 per 2 hours",
        "$4,000 tuition reimbursement",
        "Tuition reimbursement up to $4,000",
        "£40 voucher",
        "£5m Series A",
        "Raised $20m",
        "$2/hr shift differential",
        "$55,000 (Boston) / $48,000 (Austin)",
        "Starts 2 p.m.",
        "lifts 50 Ft",
    ],
)
def test_what_is_paid_besides_or_slipped_in_writing_is_no_figure(raw):
    amount = pay.read(raw)
    assert amount
    assert (amount.text, amount.min_value, amount.max_value) == (raw, None, None)


@pytest.mark.parametrize(
    "raw, low, high, currency, unit",
    [
        ("3.5 - 5 LPA", D(350000), D(500000), "INR", "YEAR"),
        ("₹ 3.5 - 5 Lakhs per annum", D(350000), D(500000), "INR", "YEAR"),
        ("4 Lacs - 6 Lacs INR", D(400000), D(600000), "INR", None),
        ("₹1.2 crore", D(12000000), D(12000000), "INR", None),
        ("Rp 5 juta", D(5000000), D(5000000), "IDR", None),
        ("Rp4,5jt", D(4500000), D(4500000), "IDR", None),
        ("3.5 million IDR per month", D(3500000), D(3500000), "IDR", "MONTH"),
        ("£26 thousand", D(26000), D(26000), "GBP", None),
        ("€32 tsd.", D(32000), D(32000), "EUR", None),
        ("6 tys. zł", D(6000), D(6000), "PLN", None),
        ("26万円", D(260000), D(260000), "JPY", None),
        ("COP 1'400.000", D(1400000), D(1400000), "COP", None),
        ("$3 billion company. Pay: $46,000", D(46000), D(46000), "USD", None),
        ("30 mil €", None, None, None, None),
        ("2,8 - 3,2 mil. Kč", None, None, None, None),
        ("$2bn in assets", None, None, None, None),
    ],
)
def test_a_word_for_thousands_is_counted_or_nothing_is_claimed(raw, low, high, currency, unit):
    assert figures(raw) == (low, high, currency, unit)


@pytest.mark.parametrize(
    "raw, yearly",
    [
        ("£24,000 per annum, OTE £40,000", 24000),
        ("18000 - 24000/annum plus commission OTE 50-60k", 24000),
        ("£25k per annum basic, £40k OTE", 25000),
        ("$20 an hour plus commission", 41600),
        ("OTE £42,000 (£25,000 basic per annum)", 25000),
        ("£24,000 - £26,000 per annum pro rata", 26000),
        ("£34,000 per annum OTE", None),
        ("OTE £60,000 per annum", None),
        ("$170,000 - $240,000 a year • 80/20 split", None),
        ("$320K a year • Base pay of $160k + OTE", None),
        ("Commission only, £30,000 - £60,000 per annum", None),
        ("100% commission, $50,000 a year", None),
        ("Potential earnings: £19,601 per annum", None),
        ("Earn up to £19,601 per annum", 19601),
    ],
)
def test_what_is_hoped_for_is_shown_and_never_compared_as_pay(raw, yearly):
    amount = pay.read(raw)
    assert amount
    assert amount.text == raw
    assert amount.min_value or amount.max_value
    assert pay.per_year(amount) == yearly


@pytest.mark.parametrize(
    "raw, unit",
    [
        ("1 YEAR", "YEAR"),
        ("NONE", None),
        ("per-hour-wage", "HOUR"),
        ("per-month-salary", "MONTH"),
        ("bi-weekly-salary", None),
        ("one-time", None),
        ("PA", "YEAR"),
        ("PH", "HOUR"),
        ("BW", None),
        ("Annum", "YEAR"),
        ("HUR", "HOUR"),
        ("P1Y", "YEAR"),
        ("PT1H", "HOUR"),
        ("p.m.", "MONTH"),
        ("mtl.", "MONTH"),
        ("ANN", "YEAR"),
        ("fortnight", None),
        ("Annual Base Salary Range - St. Louis, MO", "YEAR"),
        ("Pay range (Kansas City, MO)", None),
    ],
)
def test_a_source_s_code_for_a_unit_is_read(raw, unit):
    assert money.unit(raw) == unit
