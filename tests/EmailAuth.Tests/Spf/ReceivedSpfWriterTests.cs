using System.Net;
using EmailAuth.Results;
using EmailAuth.Spf;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class ReceivedSpfWriterTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    private static readonly SpfEvaluator Evaluator = new(new ZoneResolver(new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("broken.example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 \"(oops\"")));

    [Fact]
    public async Task RFC_7208_section_9_1_a_pass()
    {
        var result = await Check("foo.example.com", "myname@example.com");
        Assert.StartsWith(
            "Received-SPF: pass\r\n (mybox.example.org: ip4:192.0.2.1 of example.com matches [RFC 7208 section\r\n 5.6]) client-ip=192.0.2.1;",
            ReceivedSpfWriter.WriteField(result, "mybox.example.org"),
            StringComparison.Ordinal);
        Assert.Equal(
            ["client-ip=192.0.2.1", "envelope-from=\"myname@example.com\"", "helo=foo.example.com", "receiver=mybox.example.org", "identity=mailfrom", "mechanism=\"ip4:192.0.2.1\""],
            Pairs(ReceivedSpfWriter.WriteValue(result, "mybox.example.org")));
    }

    [Fact]
    public async Task A_result_without_a_match_names_the_mechanism_default()
    {
        var result = await Check("foo.example.com", "a@foo.example.com");
        Assert.Contains("mechanism=default", Pairs(ReceivedSpfWriter.WriteValue(result, "mx.example.org")));
    }

    [Fact]
    public async Task A_receiver_with_U_labels_is_written_with_A_labels()
    {
        var field = ReceivedSpfWriter.WriteField(await Check("foo.example.com", "a@foo.example.com"), "mx.ex\u00e4mple.org");
        Assert.True(System.Text.Ascii.IsValid(field));
        Assert.Contains("receiver=mx.xn--exmple-cua.org", Pairs(field["Received-SPF: ".Length..]));
        Assert.Contains("(mx.xn--exmple-cua.org: ", field, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_names_its_problem()
    {
        var result = await Check("foo.example.com", "a@broken.example.com");
        Assert.Equal(SpfResultCode.PermError, result.Code);
        Assert.Contains(Pairs(ReceivedSpfWriter.WriteValue(result, "mx.example.org")), pair => pair.StartsWith("problem=\"the record of broken.example.com is malformed", StringComparison.Ordinal));
    }

    // The comment begins on the first line where that has room for it: with the name of the receiver it has 67 octets and the receiver's.
    [Fact]
    public async Task The_first_line_has_78_octets_at_the_most()
    {
        var result = await Check("x", "a@a.b");
        Assert.Equal("a.b has no SPF record (RFC 7208 section 4.5)", result.Reason);
        for (var length = 1; length <= 30; length++)
        {
            var receiver = new string('m', length);
            var field = ReceivedSpfWriter.WriteField(result, receiver);
            var first = field.Split("\r\n")[0];
            Assert.Equal(67 + length <= 78 ? $"Received-SPF: none ({receiver}: a.b has no SPF record [RFC 7208 section 4.5])" : "Received-SPF: none", first);
            Assert.Equal(field, "Received-SPF: " + ReceivedSpfWriter.WriteValue(result, receiver));
        }
    }

    // A parenthesis that would lose its other one is not written.
    [Fact]
    public void A_problem_of_more_than_400_octets_is_cut_and_has_no_parentheses()
    {
        for (var length = 390; length <= 410; length++)
        {
            var reason = new string('x', length - 22) + "(RFC 7208 section 4.5)";
            var value = ReceivedSpfWriter.WriteValue(new SpfResult { Code = SpfResultCode.PermError, Reason = reason, Helo = "h.example" }, "mx.example.org");
            var problem = length <= 400 ? reason : reason.Replace('(', '[')[..397] + "...";
            Assert.EndsWith($" problem=\"{problem}\"", value.Replace("\r\n", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(399)]
    [InlineData(400)]
    [InlineData(401)]
    public void A_comment_of_more_than_400_octets_is_cut(int length)
    {
        var comment = "mx.example.org: ".PadRight(length, 'x');
        var result = new SpfResult { Code = SpfResultCode.None, Reason = comment["mx.example.org: ".Length..], Helo = "h.example" };
        var value = ReceivedSpfWriter.WriteValue(result, "mx.example.org").Replace("\r\n", string.Empty, StringComparison.Ordinal);
        Assert.StartsWith($"none ({(length <= 400 ? comment : comment[..397] + "...")}) ", value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_reverse_path_and_a_helo_identity_say_so()
    {
        var bounce = ReceivedSpfWriter.WriteValue(await Check("example.com", "<>"), "mx.example.org");
        Assert.Contains("envelope-from=\"<>\"", Pairs(bounce));
        Assert.Contains("identity=mailfrom", Pairs(bounce));
        var helo = ReceivedSpfWriter.WriteValue(
            await Evaluator.EvaluateHeloAsync(Client, "example.com", TestContext.Current.CancellationToken), "mx.example.org");
        Assert.DoesNotContain(Pairs(helo), pair => pair.StartsWith("envelope-from", StringComparison.Ordinal));
        Assert.Contains("identity=helo", Pairs(helo));
    }

    [Property(MaxTest = 500)]
    public void Whatever_the_client_says_stays_inside_its_value(string? helo, string? mailFrom, NonEmptyReceiver receiver)
    {
        var result = Check(helo, mailFrom).AsTask().GetAwaiter().GetResult();
        var field = ReceivedSpfWriter.WriteField(result, receiver.Name);
        foreach (var line in field.Split("\r\n").Skip(1))
        {
            Assert.True(line.Length > 1 && line[0] == ' ' && line.Trim().Length > 0, "a folded line starts with a space and holds more");
        }

        Assert.DoesNotContain(field.Replace("\r\n ", " ", StringComparison.Ordinal), char.IsControl);
        var keys = Pairs(field["Received-SPF: ".Length..]).Select(pair => pair[..pair.IndexOf('=', StringComparison.Ordinal)]);
        Assert.All(keys, key => Assert.Contains(key, new[] { "client-ip", "envelope-from", "helo", "receiver", "identity", "mechanism", "problem" }));
    }

    // RFC 2047 section 2: there are readers that decode before they look at anything else.
    [Fact]
    public async Task No_value_makes_an_encoded_word_with_the_equals_sign_before_it()
    {
        var field = ReceivedSpfWriter.WriteField(await Check("?utf-8?q?evil?=", "a@example.com"), "mybox.example.org");
        Assert.Contains("helo=\"?utf-8?q?evil?=\"", field, StringComparison.Ordinal);
        Assert.DoesNotContain("=?", field, StringComparison.Ordinal);
    }

    // White space of Unicode before an equals sign, letters of another case: no pattern finds a result or a key in a value.
    [Theory]
    [InlineData("\"a dkim\u2028=pass dmarc\u2029=pass\"@evil.example", "?a dkim ?pass dmarc ?pass?@evil.example")]
    [InlineData("\"identity\u2028=helo receiver\u3000=x\"@evil.example", "?identity ?helo receiver\u3000?x?@evil.example")]
    [InlineData("\"d\u212a\u0131m\u00a0=pass\"@evil.example", "?d\u212a\u0131m\u00a0?pass?@evil.example")]
    public async Task No_character_hides_a_key_in_a_value(string mailFrom, string written) =>
        Assert.Contains($"envelope-from=\"{written}\"", Pairs(ReceivedSpfWriter.WriteValue(await Check(mailFrom, mailFrom), "mx.example.org")));

    [Theory]
    [InlineData("a\r\nX-Evil: 1", "a@example.com")]
    [InlineData("a\0b", "\"x;helo=evil\"@example.com")]
    [InlineData("a(b", "(((@example.com")]
    [InlineData("\"", "\\@example.com")]
    [InlineData("mx.example.com; identity=helo", "a@example.com")]
    public async Task Known_attacks_stay_inside_their_value(string helo, string mailFrom)
    {
        var field = ReceivedSpfWriter.WriteField(await Check(helo, mailFrom), "mx.example.org");
        Assert.DoesNotContain(field.Replace("\r\n ", " ", StringComparison.Ordinal), char.IsControl);
        Assert.Equal(6, Pairs(field["Received-SPF: ".Length..]).Count);
    }

    private static ValueTask<SpfResult> Check(string? helo, string? mailFrom) => Evaluator.EvaluateMailFromAsync(Client, helo, mailFrom);

    // The key-value-list, read as RFC 7208 section 9.1 says: result, comment, then pairs; quoted-strings are skipped whole.
    private static List<string> Pairs(string value)
    {
        var text = new StructuredText(value);
        Assert.NotEqual(string.Empty, text.Keyword().ToString());
        Assert.True(text.SkipCfws());
        var pairs = new List<string>();
        while (!text.AtEnd)
        {
            var start = text.Position;
            Assert.NotEqual(string.Empty, text.Keyword().ToString());
            Assert.True(text.TrySkip('='));
            Assert.True(text.TryReadValue(out _));
            pairs.Add(text.From(start).ToString());
            Assert.True(text.AtEnd || text.TrySkip(';'));
            Assert.True(text.SkipCfws());
        }

        return pairs;
    }

    /// <summary>A receiver's name: any text that is not empty.</summary>
    public sealed record NonEmptyReceiver(string? Text)
    {
        public string Name => string.IsNullOrEmpty(Text) ? "mx.example.org" : Text;
    }
}
