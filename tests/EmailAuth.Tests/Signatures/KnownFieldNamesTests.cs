using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Names that are not made anew for each signature.</summary>
public class KnownFieldNamesTests
{
    private const string Known = """
        from sender reply-to to cc bcc subject date message-id in-reply-to references resent-date resent-from resent-sender resent-to resent-cc
        resent-bcc resent-message-id resent-reply-to mime-version content-type content-transfer-encoding content-disposition content-id
        content-description content-language received return-path delivered-to list-id list-help list-unsubscribe list-unsubscribe-post
        list-subscribe list-post list-owner list-archive feedback-id x-feedback-id auto-submitted autocrypt openpgp x-mailer user-agent x-priority
        importance priority precedence organization thread-topic thread-index accept-language x-google-original-from x-ms-exchange-senderadcheck
        x-mailer-info x-received x-gm-message-state x-csa-complaints dkim-signature authentication-results arc-seal arc-message-signature
        arc-authentication-results bimi-selector bimi-indicator x-report-abuse x-originating-ip x-entity-ref-id disposition-notification-to
        content-class
        """;

    [Fact]
    public void Each_known_name_is_one_string_in_any_case()
    {
        var names = Known.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(70, names.Distinct().Count());
        foreach (var name in names)
        {
            var made = KnownFieldNames.Of(name);
            Assert.Equal(name, made);
            Assert.Same(made, KnownFieldNames.Of(name));
            Assert.Same(made, KnownFieldNames.Of(name.ToUpperInvariant()));
            AssertMade(name + "x");
            AssertMade(name[..^1] + "_");
        }
    }

    // As long as a known name, and longer than each: the longest has 27 characters.
    [Fact]
    public void Any_other_name_is_made_in_lower_case()
    {
        Assert.Equal("", KnownFieldNames.Of(""));
        for (var length = 1; length < 40; length++)
        {
            AssertMade(new string('Q', length));
        }

        AssertMade("X-Other");
    }

    private static void AssertMade(string name)
    {
        var made = KnownFieldNames.Of(name);
        Assert.Equal(name.ToLowerInvariant(), made);
        Assert.NotSame(made, KnownFieldNames.Of(name));
    }
}
