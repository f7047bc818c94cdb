"""The module with a zone in place of the DNS. EMAILAUTH_MESSAGE and EMAILAUTH_CONFIGURATION name a message of RFC 8463 and its zone."""
import asyncio
import gc
import importlib.util
import os
import tempfile
import threading
import unittest

import emailauth

MESSAGE = open(os.environ["EMAILAUTH_MESSAGE"], "rb").read()
CONFIGURATION = os.environ["EMAILAUTH_CONFIGURATION"]
KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
"""


def feed(session, message=MESSAGE):
    session.helo("mail.football.example.com")
    session.mail_from("joe@football.example.com")
    session.recipient("bob@example.org")
    session.message(message)


def judge(pipeline, message=MESSAGE, client="192.0.2.1"):
    with pipeline.session(client) as session:
        feed(session, message)
        return session.complete()


class Messages(unittest.TestCase):
    def setUp(self):
        self.pipeline = emailauth.Pipeline.from_file(CONFIGURATION)

    def tearDown(self):
        self.pipeline.close()

    def test_a_message_is_judged(self):
        with judge(self.pipeline) as result:
            self.assertTrue(result.header.startswith("Authentication-Results: mx.example.org;"))
            self.assertEqual(result.header_value_lf, result.header_value.replace("\r\n", "\n"))
            self.assertEqual((result.action, result.reply, result.fields_to_remove), (emailauth.Action.ACCEPT, None, []))
            self.assertEqual((result.dmarc_policy, result.dmarc_disposition), ("reject", "none"))
            dkim = [method for method in result.methods if method.method == "dkim"]
            self.assertEqual([(method.result, method["header.s"]) for method in dkim], [("pass", "brisbane"), ("pass", "test")])
            self.assertIsNone(dkim[0]["header.nothing"])
            self.assertEqual(result.json["dmarc"]["result"], "pass")

    def test_lines_that_end_in_LF_are_read_as_CRLF(self):
        with judge(self.pipeline, MESSAGE.replace(b"\r\n", b"\n")) as result:
            self.assertIn("dkim=pass", result.header)

    def test_a_forged_message_is_refused_and_its_fields_go(self):
        message = b"Authentication-Results: mx.example.org; dmarc=pass\r\nFrom: joe@football.example.com\r\n\r\nHi\r\n"
        with judge(self.pipeline, message, client="203.0.113.9") as result:
            self.assertEqual(result.action, emailauth.Action.REJECT)
            self.assertEqual(result.reply[:2], (550, "5.7.26"))
            self.assertEqual([(field.name, field.occurrence) for field in result.fields_to_remove], [("Authentication-Results", 1)])

    def header_of(self, message):
        """The author's domain, and what is wrong with the header."""
        with judge(self.pipeline, message) as result:
            author = result.json["author"]
            return author["domain"], author["header_defects"]

    def test_a_message_without_an_empty_line_is_all_header(self):
        for message in (b"From: a@example.com\r\nSubject: x\r\n", b"From: a@example.com\r\nSubject: x", b"From: a@example.com\nSubject: x\n"):
            self.assertEqual(self.header_of(message), ("example.com", []), message)

    def test_a_message_that_begins_with_an_empty_line_has_no_header(self):
        for message in (b"\r\nFrom: v@bank.example\r\n\r\nx", b"\nFrom: v@bank.example\n\nx", b"\r\n", b"\n", b""):
            self.assertEqual(self.header_of(message), (None, []), message)

    def test_a_line_that_is_no_field_is_a_defect(self):
        for line in (b"no field", b"From", b" a: continuation of nothing", b"From mbox@example.net\r\n 1970", b": nameless"):
            for message in (line + b"\r\nFrom: a@example.com\r\n\r\nx", b"From: a@example.com\r\nSubject: x\r\n" + line.lstrip() + b"\r\n\r\nx"):
                domain, defects = self.header_of(message)
                expected = [] if b"\r\na: " in message else ["malformed_field"]
                self.assertEqual((domain, defects), ("example.com", expected), message)

    def test_a_first_line_that_would_continue_our_field_is_removed(self):
        for line in (b" ; dmarc=pass (x: y)", b"\t; dmarc=pass", b" ; dmarc=pass\r\n more"):
            with judge(self.pipeline, line + b"\r\nFrom: a@example.com\r\n\r\nx") as result:
                self.assertEqual([field.index for field in result.fields_to_remove], [0], line)

    def test_a_bare_CR_is_refused(self):
        with self.pipeline.session() as session:
            session.header_lf("Subject", " a\n b")
            with self.assertRaises(emailauth.Error) as caught:
                session.header_lf("Subject", " a\rb")
            self.assertEqual(caught.exception.status, emailauth.Status.ARGUMENT)

    def test_a_call_out_of_order_raises(self):
        with self.pipeline.session("192.0.2.1") as session, self.assertRaises(emailauth.Error) as caught:
            session.complete()
        self.assertEqual(caught.exception.status, emailauth.Status.STATE)

    def test_closing_twice_does_nothing_and_a_closed_handle_raises(self):
        result = judge(self.pipeline)
        result.close()
        result.close()
        with self.assertRaises(emailauth.Error) as caught:
            result.header
        self.assertEqual(caught.exception.status, emailauth.Status.HANDLE)
        judge(self.pipeline)
        gc.collect()

    def test_the_schema_describes_the_JSON(self):
        self.assertIn("dmarc", emailauth.schema()["properties"])
        self.assertRegex(emailauth.version(), r"^\d+\.")

    def test_many_threads(self):
        found = []

        def work():
            for _ in range(20):
                with judge(self.pipeline) as result:
                    found.append(result.action)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [emailauth.Action.ACCEPT] * 160)


class EventLoop(unittest.TestCase):
    def test_many_messages_at_once_need_no_thread(self):
        async def one(pipeline):
            with pipeline.session("192.0.2.1") as session:
                feed(session)
                with await session.complete_async() as result:
                    session.applied(result.action)
                    return result.action

        async def all_of_them():
            with emailauth.Pipeline.from_file(CONFIGURATION) as pipeline:
                return await asyncio.gather(*(one(pipeline) for _ in range(50)))

        self.assertEqual(asyncio.run(all_of_them()), [emailauth.Action.ACCEPT] * 50)
        self.assertEqual(threading.active_count(), 1)

    def test_a_cancelled_wait_aborts_the_message(self):
        asked = threading.Event()

        async def run():
            with emailauth.Pipeline({"AuthservId": "mx.example.org"}) as pipeline:
                pipeline.resolver(lambda query: asked.set())
                with pipeline.session("192.0.2.1") as session:
                    feed(session)
                    waiting = asyncio.ensure_future(session.complete_async())
                    await asyncio.sleep(0)
                    waiting.cancel()
                    with self.assertRaises(asyncio.CancelledError):
                        await waiting
                    session.mail_from("")

        asyncio.run(run())
        self.assertTrue(asked.wait(60))


@unittest.skipUnless(importlib.util.find_spec("Milter"), "Not installed: python3-milter.")
class Example(unittest.TestCase):
    def test_the_milter_takes_a_client_of_each_family(self):
        path = os.path.join(os.path.dirname(__file__), os.pardir, "examples", "pymilter.py")
        spec = importlib.util.spec_from_file_location("example", path)
        example = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(example)
        with emailauth.Pipeline.from_file(CONFIGURATION) as example.pipeline:
            for address in (("192.0.2.1", 25), ("2001:db8::1", 25, 0, 0), "/run/client.sock", "", None):
                milter = example.Judge()
                self.assertEqual(milter.connect("localhost", 0, address), example.Milter.CONTINUE)
                milter.close()


class Settings(unittest.TestCase):
    def test_all_errors_of_a_file_are_given(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write('{ "Colour": 1, "Spf": { "MaxLookups": 0 } }')
            file.flush()
            errors = emailauth.check_file(file.name)
            with self.assertRaises(emailauth.Error) as caught:
                emailauth.Pipeline.from_file(file.name)
        self.assertEqual(caught.exception.status, emailauth.Status.CONFIGURATION)
        self.assertEqual(sorted(error.split(":")[0] for error in errors), ["AuthservId", "Colour", "Spf"])
        self.assertEqual(emailauth.check_file(CONFIGURATION), [])

    def test_a_path_that_is_none_has_a_reason(self):
        for path in ("a\0b", b"\xff"):
            with self.assertRaises(emailauth.Error) as caught:
                emailauth.check_file(path)
            self.assertEqual((caught.exception.status, str(caught.exception) != ""), (emailauth.Status.ARGUMENT, True), path)

    def test_the_log_and_the_counters(self):
        lines = []
        emailauth.counters_start()
        with emailauth.Pipeline.from_file(CONFIGURATION) as pipeline:
            pipeline.check()
            pipeline.log(lambda level, line: lines.append((level, line)))
            before = emailauth.counter("emailauth.messages")
            judge(pipeline).close()
        self.assertEqual([level for level, _ in lines], [2])
        self.assertIn("dmarc=pass", lines[0][1])
        self.assertEqual(emailauth.counter("emailauth.messages"), before + 1)
        self.assertGreaterEqual(emailauth.counters()["emailauth.messages emailauth.action=accept"], 1)

    def test_a_resolver_of_ones_own(self):
        later = []

        def answer(query):
            if query.type == "TXT" and query.name == "football.example.com":
                later.append(threading.Thread(target=lambda: self.assertTrue(
                    query.answer([emailauth.Record("v=spf1 ip4:192.0.2.1 -all")], 300) and not query.no_answer("no data"))))
                later[-1].start()
            else:
                query.no_answer("no such name")

        with emailauth.Pipeline({"AuthservId": "mx.example.org", "Methods": "spf"}) as pipeline:
            pipeline.resolver(answer)
            with judge(pipeline) as result:
                self.assertIn("spf=pass", result.header)
        for thread in later:
            thread.join()


class Signing(unittest.TestCase):
    def test_a_signed_message_verifies(self):
        letter = b"From: joe@football.example.com\r\nSubject: a\r\n\r\nHello\r\n"
        with emailauth.Key(KEY) as key, emailauth.Signer(key, "football.example.com", "brisbane", Canonicalization="simple/simple") as signer:
            self.assertEqual(key.bits, 256)
            self.assertIn("k=ed25519", key.record)
            fields = signer.sign(letter)
            with self.assertRaises(emailauth.NotSigned) as caught:
                signer.sign(b"Subject: no author\r\n\r\n")
        self.assertEqual(caught.exception.code, "no_author")
        self.assertEqual(len(fields), 1)
        with emailauth.Pipeline.from_file(CONFIGURATION) as pipeline, judge(pipeline, fields[0].encode() + b"\r\n" + letter) as result:
            self.assertIn("dkim=pass", result.header)

    def test_a_sealed_message_verifies(self):
        with emailauth.Pipeline.from_file(CONFIGURATION) as pipeline, judge(pipeline) as arrived:
            with emailauth.Key(KEY) as key, emailauth.Sealer(key, "football.example.com", "brisbane") as sealer:
                fields = sealer.seal(MESSAGE, arrived)
            self.assertEqual([field.split(":")[0] for field in fields], ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"])
            with judge(pipeline, "\r\n".join(fields).encode() + b"\r\n" + MESSAGE) as result:
                self.assertIn("arc=pass", result.header)

    def test_a_wrong_passphrase_raises(self):
        with self.assertRaises(emailauth.Error) as caught:
            emailauth.Key("no key", "secret")
        self.assertEqual(caught.exception.status, emailauth.Status.ARGUMENT)


if __name__ == "__main__":
    unittest.main()
