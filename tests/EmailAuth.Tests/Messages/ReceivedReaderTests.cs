using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>The clauses of a Received field: each keyword, in each order, and each edit of whole fields.</summary>
public class ReceivedReaderTests
{
    // "from" or "by" twice, or another clause between the two.
    private static readonly Regex Unclear = new("f.*f|b.*b|f[^b]*o.*[fb]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(60));

    private static readonly string[] Keywords = ["from", "by", "via", "with", "id", "for", "tls", "envelope-from"];

    [Fact]
    public void Each_edit_of_a_field_is_read_as_the_page_says() => EditedReadings.Check(
        "received.txt",
        " ();\"[.,<",
        [
            " from m.e (o.e. [192.0.2.1])\r\n by c. (P) with S T id <4>, for <j@x>; 6 Nov 2026 10:00 +0100",
            "from [192.0.2.1] (port=4 helo=b) by c with e (Exim 4) (envelope-from <a@b>) id 1",
            "from o.e ([192.0.2.1]:43 helo=[203.0.113.5]) by c tls X",
            "from unknown (HELO m.e.) (j@192.0.2.1) by c via d; x",
            "from 192.0.2.1 (EHLO m) envelope-from <>, by c",
            "from a [192.0.2.1] by \"x y\" (z by u)",
        ],
        (text, _) => Readings(Read(text)));

    [Fact]
    public void Each_order_of_three_clauses_gives_the_first_value_of_each()
    {
        for (var order = 0; order < 512; order++)
        {
            int[] clauses = [order / 64, order / 8 % 8, order % 8];
            var field = Read(string.Join(' ', clauses.Select((clause, place) => $"{(place == 1 ? Keywords[clause].ToUpperInvariant() : Keywords[clause])} v{place}")));
            var form = string.Concat(clauses.Select(clause => clause switch { 0 => 'f', 1 => 'b', _ => 'o' }));
            string? First(int clause) => Array.IndexOf(clauses, clause) is var place and >= 0 ? "v" + place.ToString(CultureInfo.InvariantCulture) : null;
            Assert.Equal(
                (Unclear.IsMatch(form), First(0), First(1), First(3), First(4), First(5), First(7)),
                (field.IsAmbiguous, field.FromHost, field.ByHost, field.With, field.Id, field.For, field.EnvelopeFrom));
            Assert.Null(field.Date);
        }
    }

    // The word after a keyword is its value.
    [Fact]
    public void A_keyword_is_the_value_of_the_keyword_before_it()
    {
        foreach (var keyword in Keywords)
        {
            var field = Read($"from {keyword} by {keyword} with {keyword} id {keyword} for {keyword} envelope-from {keyword}");
            Assert.Equal((false, keyword, keyword, keyword), (field.IsAmbiguous, field.FromHost, field.ByHost, field.With));
            Assert.Equal((keyword, keyword, keyword), (field.Id, field.For, field.EnvelopeFrom));
            Assert.Equal("x", Read($"by (c) {keyword} by x").ByHost ?? "x");
            Assert.Null(Read($"by x{keyword} {keyword}x y").FromHost);
        }
    }

    [Theory]
    [InlineData("with A", "A")]
    [InlineData("with A B C D", "A B C D")]
    [InlineData("with A B C D E F", "A B C D")]
    [InlineData("with A (c) B", "A B")]
    [InlineData("with A; B", "A")]
    [InlineData("with A with B", "A")]
    [InlineData("with A id 1 C", "A")]
    [InlineData("with (c) id 1", null)]
    [InlineData("with", null)]
    public void A_protocol_has_at_most_four_words(string text, string? with) => Assert.Equal(with, Read(text).With);

    [Theory]
    [InlineData("<a@b>", "a@b")]
    [InlineData("<a@b>,", "a@b")]
    [InlineData("<a@b>,,", "a@b")]
    [InlineData("a@b,", "a@b")]
    [InlineData(",a", ",a")]
    [InlineData("a-", "a-")]
    [InlineData("<>", "")]
    [InlineData("<a", "<a")]
    [InlineData("a>", "a>")]
    [InlineData("<", "<")]
    [InlineData(">", ">")]
    [InlineData(",", "")]
    [InlineData("<a>b", "<a>b")]
    [InlineData("<<a>>", "<a>")]
    [InlineData("=a>", "=a>")]
    [InlineData("<a?", "<a?")]
    [InlineData("\"x y\"@b", "\"x y\"@b")]
    public void Values_are_without_brackets_and_commas(string written, string value)
    {
        var field = Read($"id {written} x for {written} y envelope-from {written} z");
        Assert.Equal((value, value, value), (field.Id, field.For, field.EnvelopeFrom));
        Assert.Equal(value, Read($"by c (envelope-from {written})").EnvelopeFrom);
    }

    [Theory]
    [InlineData("a.", "a")]
    [InlineData("a..", "a.")]
    [InlineData("..", ".")]
    [InlineData(".", ".")]
    [InlineData("a/", "a/")]
    [InlineData("a-", "a-")]
    [InlineData("a,", "a,")]
    public void Names_are_without_their_final_dot(string written, string name)
    {
        var field = Read($"from {written} by {written} x (y)");
        Assert.Equal((name, name), (field.FromHost, field.ByHost));
        Assert.Equal(name, Read($"from x (HELO {written})").FromHost);
        Assert.Equal(name, Read($"from x (helo={written})").FromHost);
        Assert.Equal(name, Read($"from x ({written} [192.0.2.1])").ReverseName);
    }

    [Theory]
    [InlineData("by c (Exim 4)", true)]
    [InlineData("by c with e (x) (Exim 4)", true)]
    [InlineData("by c (Exim )", true)]
    [InlineData("by c (Exim)", false)]
    [InlineData("by c (exim 4)", false)]
    [InlineData("by c ( Exim 4)", false)]
    [InlineData("by c (Exim 4) (x)", true)]
    [InlineData("(Exim 4) by c", false)]
    [InlineData("from a (Exim 4) by c", false)]
    [InlineData("from a by c (Exim 4)", true)]
    [InlineData("with e (Exim 4)", false)]
    public void Exim_says_its_name_behind_by(string text, bool isByExim) => Assert.Equal(isByExim, Read(text).IsByExim);

    // White space of Unicode does not part the words of a comment.
    [Theory]
    [InlineData("from a (b [192.0.2.1]) by c", "192.0.2.1")]
    [InlineData("from a (b\t[192.0.2.1]) by c", "192.0.2.1")]
    [InlineData("from a (b\u00a0[192.0.2.1]) by c", null)]
    [InlineData("from a (b\u2003[192.0.2.1]) by c", null)]
    public void The_address_in_a_comment_is_a_word_of_its_own(string text, string? address) => Assert.Equal(address, Read(text).ClientAddress?.ToString());

    [Theory]
    [InlineData("by c (envelope-from a@b)", "a@b")]
    [InlineData("by c (Envelope-From a@b)", "a@b")]
    [InlineData("by c (envelope-from  \t\r\n a@b \t\r\n)", "a@b")]
    [InlineData("by c (envelope-from \u00a0a@b\u2003)", "\u00a0a@b\u2003")] // white space of Unicode is a part of it
    [InlineData("by c (envelope-from )", "")]
    [InlineData("by c (envelope-from)", null)]
    [InlineData("by c (envelope-from\ta@b)", null)]
    [InlineData("by c ( envelope-from a@b)", null)]
    [InlineData("by c (envelope-from a) (envelope-from b)", "a")]
    [InlineData("by c (envelope-from a) envelope-from b", "a")]
    [InlineData("by c envelope-from a (envelope-from b)", "a")]
    [InlineData("by c envelope-from a b", "a")]
    [InlineData("from x (envelope-from a) by c", "a")]
    public void The_reverse_path_is_the_first_of_a_clause_or_a_comment(string text, string? path) => Assert.Equal(path, Read(text).EnvelopeFrom);

    [Theory]
    [InlineData("from a (x by y)", true)]
    [InlineData("from a (x BY y)", true)]
    [InlineData("from a (x\tby\ty)", true)]
    [InlineData("from a (x\r\nby\r\ny)", true)]
    [InlineData("from a (by y)", false)]
    [InlineData("from a ( by y)", true)]
    [InlineData("from a (x by)", false)]
    [InlineData("from a (x by )", true)]
    [InlineData("from a (x,by y)", false)]
    [InlineData("from a (x by,y)", false)]
    [InlineData("from a (xby by y)", true)]
    [InlineData("from a (by by by)", true)]
    [InlineData("from a (x by y by)", true)]
    [InlineData("from a (by x by y by)", true)]
    [InlineData("from a (xbyby y)", false)]
    [InlineData("from a (x bby y)", false)]
    [InlineData("from a (b y x yb)", false)]
    [InlineData("from a by c (x by y)", true)]
    [InlineData("from a; (x by y)", true)]
    [InlineData("from a \"x by y\"", true)]
    [InlineData("from \"x by y\"", true)]
    [InlineData("(x by y) from a", false)]
    [InlineData("by c (x by y)", false)]
    public void A_by_with_white_space_around_it_in_what_follows_from_is_unclear(string text, bool isAmbiguous) => Assert.Equal(isAmbiguous, Read(text).IsAmbiguous);

    // The 33rd comment of the client may be the server's own; behind "by" it is of no importance.
    [Theory]
    [InlineData(31, 0, 31, false)]
    [InlineData(32, 0, 32, false)]
    [InlineData(33, 0, 32, true)]
    [InlineData(32, 1, 32, false)]
    [InlineData(31, 1, 32, false)]
    [InlineData(31, 5, 32, false)]
    [InlineData(0, 33, 32, false)]
    public void Thirty_two_comments_are_read(int ofClient, int ofServer, int kept, bool isAmbiguous)
    {
        var field = Read($"from a{Comments(ofClient)} by b{Comments(ofServer)}");
        Assert.Equal((kept, isAmbiguous), (field.Comments.Length, field.IsAmbiguous));
        Assert.Equal(Enumerable.Range(0, kept).Select(number => "c" + (number < ofClient ? number : number - ofClient).ToString(CultureInfo.InvariantCulture)), field.Comments);
    }

    [Fact]
    public void Comments_are_without_line_ends_and_with_all_else()
    {
        Assert.Equal(["a b", "a b", "a  b", "", " a\t", "a\u000bb\u000ec"], Read("(a\r\n b)(a\r b)(a\n  b)()( a\t)(a\u000bb\u000ec)").Comments);
        Assert.Equal(["a(b)c", "d\\)"], Read("(a(b)c)(d\\))").Comments);
    }

    [Theory]
    [InlineData("6 Nov 2026 10:00", null)]
    [InlineData("x6 Nov 2026 10:00", null)]
    [InlineData("xx6 Nov 2026 10:00", null)]
    [InlineData(";6 Nov 2026 10:00", "2026-11-06 10:00")]
    [InlineData("from a; 6 Nov 2026 10:00; 7 Nov 2026 10:00", "2026-11-07 10:00")]
    [InlineData("from a; 6 Nov 2026 10:00;", null)]
    [InlineData("from a; 6 Nov 2026 10:00 by b", "2026-11-06 10:00")]
    [InlineData("from a (; 6 Nov 2026 10:00)", null)]
    public void The_date_is_behind_the_last_semicolon(string text, string? date) =>
        Assert.Equal(date, Read(text).Date?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("from a; by c with d", "a", "c", "d")]
    [InlineData("from a; b by c", "a", "c", null)]
    [InlineData("by; a with d", null, null, "d")]
    [InlineData("from (x) a by c", null, "c", null)]
    [InlineData("from by by c", "by", "c", null)]
    [InlineData("from (x) by c", null, "c", null)]
    [InlineData("x from a y by b z", "a", "b", null)]
    public void Words_belong_to_the_clause_before_them(string text, string? from, string? by, string? with)
    {
        var field = Read(text);
        Assert.Equal((from, by, with, false), (field.FromHost, field.ByHost, field.With, field.IsAmbiguous));
    }

    [Fact]
    public void A_comment_without_an_end_is_unclear_wherever_it_is()
    {
        Assert.True(Read("(").IsAmbiguous);
        Assert.True(Read("from a by b (c").IsAmbiguous);
        Assert.True(Read("from a by b; (c").IsAmbiguous);
        Assert.False(Read("from a by b; c)").IsAmbiguous);
    }

    internal static List<Reading> Readings(ReceivedField field) =>
    [
        new("from", field.FromHost, true),
        new("name", field.ReverseName, true),
        new("address", field.ClientAddress?.ToString()),
        new("recorded", field.RecordedAddress?.ToString()),
        new("Exim", field.IsByExim ? "yes" : null),
        new("unclear", field.IsAmbiguous ? "yes" : null),
        new("by", field.ByHost, true),
        new("with", field.With, true),
        new("id", field.Id, true),
        new("for", field.For, true),
        new("envelope-from", field.EnvelopeFrom, true),
        new("date", field.Date?.ToString("yyMMdd HHmmss zzz", CultureInfo.InvariantCulture), true),
        .. field.Comments.Select((comment, number) => new Reading("c" + number.ToString(CultureInfo.InvariantCulture), comment, true)),
    ];

    private static string Comments(int count) => string.Concat(Enumerable.Range(0, count).Select(number => $" (c{number.ToString(CultureInfo.InvariantCulture)})"));

    private static ReceivedField Read(string value) => ReceivedField.Parse(Encoding.UTF8.GetBytes(value));
}
