#!/usr/bin/env python3
"""Checks a message with a running `emailauth serve`, with Python's standard library alone.

check.py SOCKET CLIENT_IP HELO MAIL_FROM < MESSAGE   prints the action, the SMTP reply of a refusal, and the Authentication-Results field.
"""
import http.client
import json
import socket
import sys
import urllib.parse


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class CheckFailed(Exception):
    """There is no verdict: the host answers the SMTP client with 451, and the client retries."""


class Checker:
    """Checks messages one after the other over one connection."""

    def __init__(self, path, timeout=70, token=None):
        self.connection = UnixConnection(path, timeout)
        self.token = token

    def check(self, message, client_ip, helo, mail_from, recipients=(), queue_id=""):
        """The outcome of a message: bytes, or a file that is sent as it is read."""
        envelope = [("client_ip", client_ip), ("helo", helo), ("mail_from", mail_from), ("queue_id", queue_id)]
        envelope += [("rcpt_to", recipient) for recipient in recipients]
        # quote, not the default quote_plus, which writes a space as a plus sign.
        query = urllib.parse.urlencode(envelope, quote_via=urllib.parse.quote)
        headers = {"Content-Type": "message/rfc822", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        try:
            self.connection.request("POST", "/v1/check?" + query, message, headers)
            answer = self.connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise CheckFailed(str(error)) from error
        try:
            account = json.loads(body)
            if answer.status == 200:
                return account
            reason = account["detail"]
        except (ValueError, KeyError, TypeError):
            # What is wrong with a request as HTTP (414, 431) has an empty body; a proxy may answer with a page.
            reason = f"the service answers {answer.status} {answer.reason}"
        raise CheckFailed(reason)


if __name__ == "__main__":
    path, client_ip, helo, mail_from = sys.argv[1:]
    try:
        outcome = Checker(path).check(sys.stdin.buffer, client_ip, helo, mail_from)
    except CheckFailed as error:
        sys.exit(f"451 4.7.0 {error}")
    print(outcome["disposition"]["action"])
    if outcome["disposition"]["smtp_reply"]:
        print(outcome["disposition"]["smtp_reply"])
    print("Authentication-Results: " + outcome["authentication_results"])
