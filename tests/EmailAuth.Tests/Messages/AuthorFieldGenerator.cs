using System.Text;

namespace EmailAuth.Tests.Messages;

/// <summary>
/// Values of a From field by which somebody at attacker.net may want to be shown as victim.com: addresses of every form, with white space,
/// folding, comments, quotes and encoded words where they may be and where they may not.
/// </summary>
internal static class AuthorFieldGenerator
{
    private static readonly string[] Names =
    [
        "", "", "CEO ", "J. Q. Public ", "\"CEO\" ", "\"ceo@victim.com\" ", "\"ceo@victim.com\\\"\" ", "\"<ceo@victim.com>\" ", "\"a, b\" ", "Ann \"x\" Lee ",
        "=?utf-8?q?CEO?= ", "J\u00f6rg ", "\"J\u00f6rg\" ", "CEO (x) ", "(CEO) ", "\"a\\\\\" ", "O'Brien ", "CEO \"\" ", "\"ceo@victim.com,\" ", "\":;\" ", "\"(\" ", "\")\" ",
    ];

    private static readonly string[] Locals =
    [
        "x", "x", "a.b", "ceo", "x+y", "\"x\"", "\"a b\"", "\"ceo@victim.com\"", "\"ceo@victim.com \"", "\" ceo@victim.com\"", "\"ceo@victim.com,\"", "\"a\\\"b\"", "\"a\\\\\"", "x . y",
        "\"x\".y", "\"<ceo@victim.com>\"", "\"ceo@victim.com>\"", "\"a(b\"", "\"a)b\"", "\"a:b\"", "\"a;b\"", "\"a,b\"", "\"ceo@victim.com\\\\\"", "j\u00f6rg", "=?utf-8?q?ceo=40victim=2Ecom=3E=20?=", "x'y",
        "\"\"", "\"ceo@victim.com\".x", "\"=?utf-8?b?Y2VvQHZpY3RpbS5jb20=?=\"", "=?x", "ceo%victim.com", "ceo=victim.com", "a/b", "\"a\\@b\"", "\"[\"", "\"(ceo@victim.com)\"",
    ];

    private static readonly string[] Domains =
    [
        "attacker.net", "attacker.net", "attacker.net", "ATTACKER.net", "victim.com.attacker.net", "victim.com .attacker.net", "victim.com\r\n .attacker.net", "victim.com(x).attacker.net",
        "victim.com. attacker.net", "xn--bcher-kva.attacker.net", "b\u00fccher.attacker.net", "xn--victim-.com", "xn--i-7iq.attacker.net", "i\u2764.attacker.net", "xn--victimcom-bk3hi945q.attacker.net",
        "stra\u00dfe.example", "xn--strae-oqa.example", "attacker.net.", "[192.0.2.1]", "attacker\u3002net", "\u24d0ttacker.net", "attacker.net/victim.com", "victim_com.attacker.net",
    ];

    private static readonly string[] Noise =
    [
        " ", "\t", "\r\n ", "(x)", "(ceo@victim.com)", "(<ceo@victim.com>)", "(a(b)c)", "(a\\)b)", "(a\\(b)", "(\\\\)", "(a, b)", "(a: b;)", "(\")", "('x')", "(J\u00f6rg)", "(a>b)", "()", "(\\@)", "(a\\<b)", "(=?utf-8?q?a?=)",
        "<", ">", "(", ")", "\"", "\\", ",", ";", ":", "@", ".", "[", "]", "=?", "?=", "ceo@victim.com", "<ceo@victim.com>", "@victim.com:", "Group:", ";", "\"x\"", "'", "x", "\u00a0", "\u200b", "\u200f",
    ];

    /// <summary>The value of a seed.</summary>
    public static string Value(int seed)
    {
        var random = new Random(seed);
        var value = new StringBuilder(Mailbox(random));
        if (random.Next(8) == 0)
        {
            value.Append(random.Next(2) == 0 ? ", " : ",").Append(Mailbox(random));
        }

        if (random.Next(10) == 0)
        {
            value.Insert(0, "Team: ").Append(';');
        }

        // Anywhere: into words and between them, but not into a fold, where the field would end.
        for (var count = random.Next(4) == 0 ? random.Next(1, 3) : 0; count > 0; count--)
        {
            var position = random.Next(value.Length + 1);
            if (position == 0 || value[position - 1] is not ('\r' or '\n'))
            {
                value.Insert(position, Pick(random, Noise));
            }
        }

        return value.ToString();
    }

    private static string Mailbox(Random random)
    {
        var space = () => random.Next(6) == 0 ? Pick(random, Noise[..20]) : string.Empty;
        var address = $"{space()}{Pick(random, Locals)}{space()}@{space()}{Pick(random, Domains)}{space()}";
        return random.Next(3) switch
        {
            0 => $"{space()}{address}{space()}",
            1 => $"{Pick(random, Names)}{space()}<{address}>{space()}",
            _ => $"{Pick(random, Names)}<{(random.Next(8) == 0 ? "@victim.com:" : string.Empty)}{address}>{space()}",
        };
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
