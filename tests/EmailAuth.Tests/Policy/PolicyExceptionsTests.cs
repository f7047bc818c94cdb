using System.Net;
using System.Text;
using EmailAuth.Composition;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>The lines of the operator's exceptions, and their file.</summary>
public class PolicyExceptionsTests
{
    private static readonly DateOnly Today = new(2026, 11, 29);

    [Theory]
    [InlineData("example.com accept # why", "line 1: accept # why")]
    [InlineData("  example.com\tat-most-quarantine # why  ", "line 1: at-most-quarantine # why")]
    [InlineData(".example.com reject until 2027-01-31 # why # more", "line 1: reject # why # more")]
    [InlineData("192.0.2.0/24 skip spf # why", "line 1: skip spf # why")]
    [InlineData("2001:db8::1 skip SPF,dkim until 2026-11-29 # why", "line 1: skip spf,dkim # why")]
    [InlineData("example.com@192.0.2.0/24 accept # why", "line 1: accept # why")]
    [InlineData(".\u00fcber.example@2001:db8::/32 accept # why", "line 1: accept # why")]
    [InlineData("# a comment\r\n\r\n  # another\r\nexample.com accept # why\r\n", "line 4: accept # why")]
    [InlineData("", "")]
    public void A_line_is_read(string text, string expected) => Assert.Equal(expected, PolicyExceptions.Parse(text).Value?.ToString());

    [Theory]
    [InlineData("example.com accept", "line 1: after # must be the reason")]
    [InlineData("example.com accept #  ", "line 1: after # must be the reason")]
    [InlineData("# x\nexample.com # why", "line 2: a domain or network must be followed by")]
    [InlineData("example.com allow # why", "line 1: 'allow' is not accept")]
    [InlineData("example.com ACCEPT # why", "line 1: 'ACCEPT' is not accept")]
    [InlineData("example.com skip # why", "line 1: skip must be followed by methods")]
    [InlineData("example.com skip tls # why", "line 1: skip must be followed by methods")]
    [InlineData("example.com skip spf, dkim # why", "line 1: skip must be followed by methods")]
    [InlineData("example.com accept until # why", "line 1: after the action may only be until")]
    [InlineData("example.com accept until 2027-02-30 # why", "line 1: after the action may only be until")]
    [InlineData("example.com accept until 31.01.2027 # why", "line 1: after the action may only be until")]
    [InlineData("example.com accept until 2027-01-31 x # why", "line 1: after the action may only be until")]
    [InlineData("example.com accept x # why", "line 1: after the action may only be until")]
    [InlineData("*.example.com accept # why", "line 1: write .example.com for the domain and all below it")]
    [InlineData("a23456789a23456789a23456789a23456789a23456789a23456789a2345_:0 accept # why", "line 1: 'a23456789a23456789a23456789a23456789a23456789a23456789a2345_...' is neither")]
    [InlineData("a23456789a23456789a23456789a23456789a23456789a23456789a2345: accept # why", "line 1: 'a23456789a23456789a23456789a23456789a23456789a23456789a2345:' is neither")]
    [InlineData("192.0.2.0/33 accept # why", "line 1: '192.0.2.0/33' is neither a domain nor a network")]
    [InlineData("192.0.2.300 accept # why", "line 1: '192.0.2.300' is neither a domain nor a network")]
    [InlineData("example.com@192.0.2 accept # why", "line 1: '192.0.2' after @ is not a network")]
    [InlineData("joe@example.com accept # why", "line 1: 'example.com' after @ is not a network")]
    [InlineData("@192.0.2.0/24 accept # why", "line 1: '' is neither a domain nor a network")]
    [InlineData("exa mple.com accept # why", "line 1: 'mple.com' is not accept")]
    public void A_wrong_line_is_named(string text, string problem) =>
        Assert.StartsWith(problem, PolicyExceptions.Parse(text).Error?.Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("example.com accept # w", "line 1: anyone can write example.com into From: name the network of its clients as well, such as example.com@192.0.2.0/24")]
    [InlineData(".example.com at-most-quarantine # w", "line 1: anyone can write example.com into From: name the network of its clients as well, such as .example.com@192.0.2.0/24")]
    [InlineData("# c\nexample.com skip dmarc until 2026-11-29 # w", "line 2: anyone can write example.com into From: name the network of its clients as well, such as example.com@192.0.2.0/24")]
    [InlineData("example.com@::/0 accept # w", "line 1: anyone can write example.com into From: name the network of its clients as well, such as example.com@192.0.2.0/24")]
    [InlineData("0.0.0.0/0 accept # w", "line 1: 0.0.0.0/0 is every client")]
    [InlineData("example.com accept until 2026-11-28 # w", "")]
    [InlineData("example.com reject # w", "")]
    [InlineData("0.0.0.0/0 reject # w", "")]
    [InlineData("128.0.0.0/1 accept # w", "")]
    [InlineData("example.com@192.0.2.0/24 skip spf # w", "")]
    public void A_line_that_frees_mail_of_every_client_is_warned_of(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', PolicyExceptions.Parse(text).Value!.WarningsAt(new DateOnly(2026, 11, 29))));

    [Fact]
    public void There_are_limits()
    {
        string[] lines = [.. Enumerable.Repeat("example.com accept # why", 1001)];
        Assert.True(PolicyExceptions.Parse(string.Join('\n', lines[1..])).IsSuccess);
        Assert.StartsWith("line 1001: more than 1000", PolicyExceptions.Parse(string.Join('\n', lines)).Error?.Reason, StringComparison.Ordinal);
        Assert.False(PolicyExceptions.Parse(new string(' ', PolicyExceptions.MaxLength + 1)).IsSuccess);
        Assert.False(PolicyExceptions.Parse("example.com accept # " + new string('x', 201)).IsSuccess);
    }

    [Theory]
    [InlineData("example.com accept # x", "example.com", "192.0.2.1", true)]
    [InlineData("example.com accept # x", "sub.example.com", "192.0.2.1", false)]
    [InlineData(".example.com accept # x", "example.com", "192.0.2.1", true)]
    [InlineData(".example.com accept # x", "a.b.example.com", "192.0.2.1", true)]
    [InlineData(".example.com accept # x", "badexample.com", "192.0.2.1", false)]
    [InlineData("192.0.2.0/24 accept # x", "any.example", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24 accept # x", "any.example", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.0/24 accept # x", "any.example", "192.0.3.0", false)]
    [InlineData("::ffff:192.0.2.0/120 reject # x", "any.example", "192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.0/120 reject # x", "any.example", "::ffff:192.0.2.1", true)]
    [InlineData("example.com@::ffff:192.0.2.1 reject # x", "example.com", "192.0.2.1", true)]
    [InlineData("192.0.2.0/24 accept # x", "any.example", null, false)]
    [InlineData("example.com@192.0.2.0/24 accept # x", "example.com", "192.0.2.1", true)]
    [InlineData("example.com@192.0.2.0/24 accept # x", "example.com", "203.0.113.66", false)]
    [InlineData("example.com@192.0.2.0/24 accept # x", "other.example", "192.0.2.1", false)]
    [InlineData("example.com@192.0.2.0/24 accept # x", "example.com", null, false)]
    [InlineData("\u00fcber.example accept # x", "xn--ber-goa.example", "192.0.2.1", true)]
    [InlineData("xn--ber-goa.example accept # x", "xn--ber-goa.example", "192.0.2.1", true)]
    [InlineData("example.com accept until 2026-11-29 # x", "example.com", "192.0.2.1", true)]
    [InlineData("example.com accept until 2026-11-28 # x", "example.com", "192.0.2.1", false)]
    public void A_line_is_about_its_domain_and_its_network(string line, string domain, string? client, bool expected) =>
        Assert.Equal(expected, Find(line, AuthorOf(domain), client).Deciding is not null);

    // A sender who names two domains must not gain from an exception of one of them, nor avoid that of the other.
    [Theory]
    [InlineData("example.com accept # x", false)]
    [InlineData("example.com at-most-quarantine # x", false)]
    [InlineData("example.com reject # x", true)]
    [InlineData("192.0.2.0/24 accept # x", true)]
    public void A_message_of_several_domains_is_only_refused_by_the_domain_of_one(string line, bool expected) =>
        Assert.Equal(expected, Find(line, new Author { Defect = AuthorDefect.SeveralDomains, Domains = [Name("example.com"), Name("other.example")] }, "192.0.2.1").Deciding is not null);

    [Fact]
    public void The_first_line_decides_and_every_skip_counts()
    {
        var match = Find(".example.com skip dkim # a\nexample.com reject # b\nexample.com accept # c\n192.0.2.0/24 skip spf # d", AuthorOf("example.com"), "192.0.2.1");

        Assert.Equal((2, true, true, false), (match.Deciding?.Line, match.LeavesOut("spf"), match.LeavesOut("dkim"), match.LeavesOut("dmarc")));
    }

    [Fact]
    public void Only_a_client_behind_an_unread_field_may_be_in_any_network()
    {
        Assert.Null(Find("192.0.2.0/24 reject # x", AuthorOf("example.com"), null).Possible);
        Assert.Null(Find("192.0.2.0/24 reject # x", AuthorOf("example.com"), "203.0.113.1").Possible);
    }

    [Fact]
    public void The_methods_are_those_of_the_pipeline() =>
        Assert.Equal(MethodTable.Ranked.Select(static row => row.Method).Distinct().Order(), PolicyExceptionsParser.Methods.Order());

    [Fact]
    public void A_changed_file_is_read_again_and_one_with_an_error_is_not_used()
    {
        var (path, time) = (Path.GetTempFileName(), new FakeTimeProvider());
        try
        {
            File.WriteAllText(path, "example.com allow # x");
            Assert.StartsWith("line 1: 'allow'", Assert.Throws<InvalidDataException>(() => PolicyExceptionsFile.Load(path)).Message, StringComparison.Ordinal);

            Write("a.example accept # x", 1);
            var file = PolicyExceptionsFile.Load(path);
            Assert.Equal("line 1: accept # x", Now());
            Write("a.example accept # longer", 2);
            Assert.Equal("line 1: accept # x", file.Current(time).ToString());
            Assert.Equal("line 1: accept # longer", Now());
            Write("# y\na.example allow # x", 3);
            Assert.Equal("line 1: accept # longer", Now());
            Assert.StartsWith("line 2: 'allow'", file.Problem, StringComparison.Ordinal);
            File.Delete(path);
            Assert.Equal("line 1: accept # longer", Now());
            Assert.NotNull(file.Problem);
            Write("a.example reject # z", 3);
            Assert.Equal("line 1: reject # z", Now());
            Assert.Null(file.Problem);

            void Write(string text, int minute)
            {
                File.WriteAllText(path, text);
                File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 29, 10, minute, 0, DateTimeKind.Utc));
            }

            string Now()
            {
                time.Advance(TimeSpan.FromSeconds(6));
                return file.Current(time).ToString();
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    // A ConfigMap is a link to a file below a link to a folder, and only that link changes. Programs that build such folders give all files one time.
    [Fact]
    public void A_file_behind_links_is_read_again_when_a_link_changes_although_time_and_length_are_the_same()
    {
        var (folder, time) = (Directory.CreateTempSubdirectory().FullName, new FakeTimeProvider());
        try
        {
            foreach (var (name, action) in ((string, string)[])[("d1", "accept"), ("d2", "reject")])
            {
                var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, "ex");
                File.WriteAllText(path, $"192.0.2.0/24 {action} # x");
                File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 29, 10, 0, 0, DateTimeKind.Utc));
            }

            var (data, link) = (Path.Combine(folder, "data"), Path.Combine(folder, "ex"));
            Directory.CreateSymbolicLink(data, "d1");
            File.CreateSymbolicLink(link, "data/ex");
            var file = PolicyExceptionsFile.Load(link);
            Assert.Equal("line 1: accept # x", file.Current(time).ToString());

            Directory.Delete(data);
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal("line 1: accept # x", file.Current(time).ToString());
            Assert.NotNull(file.Problem);
            Directory.CreateSymbolicLink(data, "d2");
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(("line 1: reject # x", null), (file.Current(time).ToString(), file.Problem));

            File.Delete(link);
            File.CreateSymbolicLink(link, "d1/ex");
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal("line 1: accept # x", file.Current(time).ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_file_of_the_same_time_and_length_is_read_again_and_an_unchanged_one_gives_the_same_exceptions()
    {
        var (path, time) = (Path.GetTempFileName(), new FakeTimeProvider());
        try
        {
            File.WriteAllText(path, "192.0.2.0/24 accept # x");
            var written = File.GetLastWriteTimeUtc(path);
            var file = PolicyExceptionsFile.Load(path);
            var first = file.Current(time);
            File.SetLastWriteTimeUtc(path, written.AddMinutes(1));
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Same(first, file.Current(time));

            File.WriteAllText(path, "192.0.2.0/24 reject # x");
            File.SetLastWriteTimeUtc(path, written.AddMinutes(1));
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal("line 1: reject # x", file.Current(time).ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    // A program that overwrites a file truncates it first.
    [Fact]
    public void An_empty_file_counts_only_if_it_stays_empty()
    {
        var (path, time) = (Path.GetTempFileName(), new FakeTimeProvider());
        try
        {
            File.WriteAllText(path, "a.example reject # x");
            var file = PolicyExceptionsFile.Load(path);
            foreach (var (text, expected) in ((string, string)[])
                [
                    ("", "line 1: reject # x"), ("b.example reject # longer", "line 1: reject # longer"),
                    ("", "line 1: reject # longer"), ("b.example reject # longer", "line 1: reject # longer"), ("", "line 1: reject # longer"), ("", ""),
                    ("a.example accept # x", "line 1: accept # x"), ("# none", ""),
                ])
            {
                File.WriteAllText(path, text);
                time.Advance(TimeSpan.FromSeconds(6));
                Assert.Equal((expected, null), (file.Current(time).ToString(), file.Problem));
            }

            File.WriteAllText(path, "");
            Assert.Equal("", PolicyExceptionsFile.Load(path).Current(time).ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_past_the_limit_and_a_folder_are_refused_and_a_byte_order_mark_is_read()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('\u20ac', PolicyExceptions.MaxLength + 1));
            Assert.Throws<InvalidDataException>(() => PolicyExceptionsFile.Load(path));
            File.WriteAllText(path, "#" + new string('\u20ac', PolicyExceptions.MaxLength - 1));
            Assert.Empty(PolicyExceptionsFile.Load(path).Current(TimeProvider.System).All);
            File.WriteAllText(path, "a.example reject # x", Encoding.UTF32);
            Assert.Equal("line 1: reject # x", PolicyExceptionsFile.Load(path).Current(TimeProvider.System).ToString());
            Assert.ThrowsAny<IOException>(() => PolicyExceptionsFile.Load(Path.GetTempPath()));
            Assert.ThrowsAny<IOException>(() => PolicyExceptionsFile.Load(path + ".none"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ExceptionMatch Find(string text, Author author, string? client) =>
        PolicyExceptions.Parse(text).Value!.Find(author, client is null ? null : IPAddress.Parse(client), Today);

    private static Author AuthorOf(string domain) => new() { Domain = Name(domain), Domains = [Name(domain)] };

    private static DomainName Name(string text) => DomainName.Parse(text).Value!;
}
