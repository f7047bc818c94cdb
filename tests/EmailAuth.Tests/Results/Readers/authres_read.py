"""Reads Authentication-Results fields with authres (Debian's python3-authres): a JSON text with a field's value a line in, what it says a line out."""
import json
import sys

import authres
from authres import arc, dmarc

CONTEXT = authres.FeatureContext(arc, dmarc)

for line in sys.stdin:
    value = json.loads(line).replace('\r\n', '')
    try:
        read = CONTEXT.parse_value(value)
        answer = {'id': read.authserv_id, 'results': ['%s=%s' % (r.method, r.result) for r in read.results], 'error': None}
    except Exception as error:  # whatever a reader of mail would stumble over
        answer = {'id': None, 'results': [], 'error': str(error)}
    print(json.dumps(answer))
