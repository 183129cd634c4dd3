"""Words of an ad that call for care, and the same words where they do not."""

from __future__ import annotations

import pytest

from matcher import skills

COMMISSION, MONEY, MESSENGER = "rf.commission_only", "rf.upfront_money", "rf.messenger"


@pytest.mark.parametrize(
    "flag, warns, innocent",
    [
        (COMMISSION, "You work on a commission-based model.", "An hourly wage plus commission-based pay."),
        (COMMISSION, "Training and draw payouts.", "Draw up plans for the day."),
        (MONEY, "An initial investment of 20,000 euros.", "After the initial investment round we grew."),
        (MONEY, "Send us your bank details to start.", "We will never ask for your bank details."),
        (MONEY, "Pay the registration fee first.", "We will pay your registration fee."),
        (MONEY, "You buy a starter kit.", "Such scams ask you to buy a starter kit."),
        (MONEY, "A refundable deposit secures your place.", "We do not ask for a refundable deposit."),
        (MESSENGER, "Send your CV to us on Telegram.", "Answer customers on Telegram."),
        (MESSENGER, "Send your CV to WhatsApp.", "We reply to WhatsApp messages of guests."),
        (MESSENGER, "DM via Telegram: @acme_jobs", "Customers write via Telegram and phone."),
        (MESSENGER, "A short video to our Telegram account", "You invite customers to our Telegram channel."),
        (MESSENGER, "Send your portfolio to Telegram user acme_jobs", "You answer Telegram users."),
        ("rf.too_good", "Build your financial freedom.", "We bring financial freedom to everyone."),
        ("rf.disguised_sales", "Face-to-face sales for a client.", "Experience in face-to-face sales."),
    ],
)
def test_a_flag_is_raised_by_what_an_ad_does_and_not_by_its_words_alone(
    flag: str, warns: str, innocent: str
) -> None:
    assert flag in {mention.concept for mention in skills.find(warns)}
    assert flag not in {mention.concept for mention in skills.find(innocent)}
