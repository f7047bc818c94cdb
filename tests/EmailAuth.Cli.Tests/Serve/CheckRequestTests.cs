using EmailAuth.Cli.Serve;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>The query of a check: what is unclear is refused, and what a client of the host may say is judged.</summary>
public class CheckRequestTests
{
    private const string Rest = "&mail_from=a%40example.com";

    public static TheoryData<string, string, string> Refused => new()
    {
        { "", "client_ip", "nothing at all" },
        { "mail_from=", "client_ip", "no client" },
        { "client_ip=192.0.2.1", "mail_from", "no reverse-path: it is not the same as an empty one" },
        { "client_ip=192.0.2.1&client_ip=192.0.2.2" + Rest, "client_ip", "two clients" },
        { "client_ip=192.0.2.1&mail_from=a&mail_from=b", "mail_from", "two reverse-paths" },
        { "client_ip=192.0.2.1&helo=a&helo=a" + Rest, "helo", "the same HELO twice" },
        { "client_ip=192.0.2.1&authenticated=true&authenticated=false" + Rest, "authenticated", "yes and no" },
        { "client_ip=127.1" + Rest, "client_ip", "a historic form" },
        { "client_ip=010.0.0.1" + Rest, "client_ip", "octal" },
        { "client_ip=192.0.2.1:25" + Rest, "client_ip", "with a port" },
        { "client_ip=%5B2001:db8::1%5D" + Rest, "client_ip", "brackets" },
        { "client_ip=fe80::1%25eth0" + Rest, "client_ip", "a zone" },
        { "client_ip=" + Rest, "client_ip", "empty" },
        { "client_ip=192.0.2.1%20" + Rest, "client_ip", "a space behind it" },
        { "client_ip=unknown" + Rest, "client_ip", "a word" },
        { "client_ip=192.0.2.1&mail_from=a+b%40example.com", "mail_from", "a plus sign that may be a space" },
        { "client_ip=192.0.2.1&helo=a b" + Rest, "helo", "a space" },
        { "client_ip=192.0.2.1&helo=m\u00FCnchen" + Rest, "helo", "not ASCII, not encoded" },
        { "client_ip=192.0.2.1&helo=a%" + Rest, "helo", "half an escape" },
        { "client_ip=192.0.2.1&helo=a%4" + Rest, "helo", "half an escape before the next parameter" },
        { "client_ip=192.0.2.1&helo=a%zz" + Rest, "helo", "not hexadecimal" },
        { "client_ip=192.0.2.1&helo=a%0d%0aX:%201" + Rest, "helo", "a line end" },
        { "client_ip=192.0.2.1&helo=a%00" + Rest, "helo", "NUL" },
        { "client_ip=192.0.2.1&helo=%7f" + Rest, "helo", "DEL" },
        { "client_ip=192.0.2.1&helo" + Rest, "helo", "no value" },
        { "client_ip=192.0.2.1&authenticated=1" + Rest, "authenticated", "not a word of it" },
        { "client_ip=192.0.2.1&authenticated=" + Rest, "authenticated", "empty" },
        { "client_ip=192.0.2.1&tls=true" + Rest, "tls", "no such parameter" },
        { "client_ip=192.0.2.1&Helo=a" + Rest, "Helo", "another case" },
        { "client_ip=192.0.2.1&%68elo=a" + Rest, "%68elo", "an encoded name" },
        { "client_ip=192.0.2.1&helo=" + new string('a', 1025) + Rest, "helo", "longer than any HELO" },
        { "client_ip=192.0.2.1&queue_id=" + new string('a', 129) + Rest, "queue_id", "longer than any queue id" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_is_unclear_is_refused_with_the_parameter_and_a_reason(string query, string parameter, string why)
    {
        Assert.Null(CheckRequest.Parse(query, out var errors));
        Assert.True(errors[0].Parameter == parameter, $"{why}: {errors[0]}");
        Assert.NotEmpty(errors[0].Reason);
    }

    public static TheoryData<string, string, string> Judged => new()
    {
        { "a%2Btag%40example.com", "a+tag@example.com", "an encoded plus sign" },
        { "%3Ca%40example.com%3E", "<a@example.com>", "angle brackets" },
        { "", "", "the null reverse-path" },
        { "%22a%20b%22%40example.com", "\"a b\"@example.com", "a quoted local part" },
        { "a@example.com", "a@example.com", "an at sign may stay as it is" },
        { "not%20an%20address", "not an address", "a client may say it, so it has a result" },
        { "%C3%BC%40example.com", "\u00FC@example.com", "UTF-8 (RFC 6531)" },
        { "%FC%40example.com", "\uFFFD@example.com", "an octet that is not UTF-8" },
        { "a%26helo=b", "a&helo=b", "an encoded separator is a character" },
        { "a=b", "a=b", "an equals sign in a value" },
    };

    [Theory, MemberData(nameof(Judged))]
    public void What_a_client_of_the_host_may_say_is_read(string encoded, string mailFrom, string why)
    {
        var request = CheckRequest.Parse("?client_ip=2001:db8::1&mail_from=" + encoded, out var errors);
        Assert.True(errors.IsEmpty, $"{why}: {string.Join("; ", errors)}");
        Assert.Equal(mailFrom, request!.Envelope.MailFrom);
        Assert.Null(request.Envelope.Helo);
    }

    [Fact]
    public void Every_parameter_reaches_the_envelope()
    {
        var request = CheckRequest.Parse(
            "client_ip=192.0.2.1&helo=h&mail_from=m&rcpt_to=a%40b&rcpt_to=c%40d&authenticated=true&queue_id=1tXyZ-0001", out _)!;
        Assert.Equal(("192.0.2.1", "h", "m"), (request.Envelope.ClientAddress!.ToString(), request.Envelope.Helo, request.Envelope.MailFrom));
        Assert.Equal(["a@b", "c@d"], request.Envelope.Recipients);
        Assert.True(request.Envelope.IsAuthenticatedSubmission);
        Assert.Equal("1tXyZ-0001", request.QueueId);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        CheckRequest.Parse("client_ip=x&helo=a+b&color=red", out var errors);
        Assert.Equal(["helo", "color", "client_ip", "mail_from"], errors.Select(static error => error.Parameter));
    }
}
