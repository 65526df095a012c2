"""SignCertificate: a request for a certificate, made durable first, and a question: will it be granted?"""

from datetime import datetime

from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Incoming
from ocpp_bridge.ocpp16.received.notices import told
from ocpp_bridge.translation import CertificateQuestion, Received

REQUEST_MOST = 5_500
"""Characters, by the schema."""


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the request over; the certificate itself comes as a CertificateSigned call."""
    received = told(call, conversation, now, {}, REQUEST_MOST)
    received.frames = ()
    received.question = CertificateQuestion(call.message_id)
    return received
