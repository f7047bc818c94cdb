"""A milter on pymilter (python3-milter) that adds the results, removes forged fields and refuses mail: pymilter.py SOCKET CONFIGURATION

SIGTERM ends it (libmilter takes SIGHUP for the same), SIGUSR1 has it read the file again.
"""
import signal
import sys
import threading

import Milter
import emailauth

pipeline = None


class Judge(Milter.Base):
    def __init__(self):
        self.id = Milter.uniqueID()
        self.session = None

    # The MTA removes the space after the colon and adds it to what is inserted. pymilter cannot ask it to keep the space, so a signature with
    # simple canonicalization over a field that had none fails.
    def negotiate(self, opts):
        status = super().negotiate(opts)
        opts[1] &= ~Milter.P_HDR_LEADSPC
        return status

    def connect(self, name, family, address):
        # A client at a Unix socket has a path in place of an address and a port.
        self.session = pipeline.session(address[0] if isinstance(address, tuple) else None)
        return Milter.CONTINUE

    def hello(self, name):
        self.session.helo(name)
        return Milter.CONTINUE

    def envfrom(self, sender, *parameters):
        self.session.reset()
        self.session.authenticated(self.getsymval("{auth_type}") is not None)
        self.session.mail_from(sender)
        return Milter.CONTINUE

    def envrcpt(self, recipient, *parameters):
        self.session.recipient(recipient)
        return Milter.CONTINUE

    # In bytes, as signatures depend on each of them.
    @Milter.decode("bytes")
    def header(self, name, value):
        try:
            self.session.header_lf(name, b" " + value)
        except emailauth.Error as error:
            if error.status != emailauth.Status.ARGUMENT:
                raise
            self.setreply("550", "5.6.0", "The header has a bare CR (RFC 5322 section 2.2)")
            return Milter.REJECT
        return Milter.CONTINUE

    def eoh(self):
        self.session.end_of_headers()
        return Milter.CONTINUE

    def body(self, chunk):
        self.session.body(chunk)
        return Milter.CONTINUE

    def eom(self):
        with self.session.complete() as result:
            for field in reversed(result.fields_to_remove):
                self.chgheader(field.name, field.occurrence, "")
            # Each goes to the very top, so the first comes last.
            for value in (result.extended_header_value_lf, result.header_value_lf):
                if value:
                    self.addheader("Authentication-Results", value, 0)
            action, reply = result.action, result.reply
            self.session.applied(action)
            if reply is not None:
                code, enhanced, text = reply
                self.setreply(str(code), enhanced, text.replace("%", "%%"))
            if action == emailauth.Action.QUARANTINE:
                self.quarantine(result.reason)
        return {emailauth.Action.REJECT: Milter.REJECT, emailauth.Action.TEMPFAIL: Milter.TEMPFAIL}.get(action, Milter.CONTINUE)

    def abort(self):
        self.session.abort()
        return Milter.CONTINUE

    def close(self):
        if self.session is not None:
            self.session.close()
            self.session = None
        return Milter.CONTINUE


def load(configuration):
    """New connections get the new pipeline; those that are open keep theirs."""
    global pipeline
    made = emailauth.Pipeline.from_file(configuration)
    made.check()
    pipeline = made


def reload(configuration):
    while True:
        signal.sigwait({signal.SIGUSR1})
        try:
            load(configuration)
        except emailauth.Error as error:
            print(f"nothing changes: {error}", file=sys.stderr, flush=True)


def main():
    socket, configuration = sys.argv[1:]
    # Before there are other threads, so that only those that wait for the signals get them: ours, and one of libmilter's.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGHUP, signal.SIGINT, signal.SIGTERM})
    load(configuration)
    threading.Thread(target=reload, args=(configuration,), daemon=True).start()
    Milter.factory = Judge
    # What goes wrong here is not the sender's fault.
    Milter.set_exception_policy(Milter.TEMPFAIL)
    Milter.set_flags(Milter.ADDHDRS | Milter.CHGHDRS | Milter.QUARANTINE)
    Milter.runmilter("emailauth", socket, 600)


if __name__ == "__main__":
    main()
