using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The octets of a query, and each bit of an answer to it.</summary>
public class WireQueryTests
{
    private const string Name = "036d782d076578616d706c6500"; // mx-.example

    [Theory]
    [InlineData(DnsRecordType.A, 512, false, "0100", "0001", "0200")]
    [InlineData(DnsRecordType.Ptr, 1232, true, "0120", "000c", "04d0")]
    [InlineData(DnsRecordType.Mx, 4096, false, "0100", "000f", "1000")]
    [InlineData(DnsRecordType.Txt, 1232, false, "0100", "0010", "04d0")]
    [InlineData(DnsRecordType.Aaaa, 513, true, "0120", "001c", "0201")]
    public void A_query_has_these_octets(DnsRecordType type, int size, bool wantsAuthenticData, string flags, string typeHex, string sizeHex)
    {
        var query = new WireQuery(Of("mx-.example"), type, size, wantsAuthenticData, isMixedCase: false) { Id = 0xab01 };
        var bare = $"ab01{flags}000100000000000{{0}}{Name}{typeHex}0001";
        var whole = bare.Replace("{0}", "1", StringComparison.Ordinal) + $"000029{sizeHex}000000000000";
        Assert.Equal((true, (ushort)0xab01, whole), (query.HasOpt, query.Id, Convert.ToHexStringLower(query.Datagram.Span)));
        Assert.Equal((whole.Length / 2).ToString("x4", null) + whole, Convert.ToHexStringLower(query.ToFrame()));

        query.HasOpt = false;
        query.Id = 0x0102;
        var without = "0102" + bare.Replace("{0}", "0", StringComparison.Ordinal)[4..];
        Assert.Equal((false, without), (query.HasOpt, Convert.ToHexStringLower(query.Datagram.Span)));
        Assert.Equal((without.Length / 2).ToString("x4", null) + without, Convert.ToHexStringLower(query.ToFrame()));

        query.HasOpt = true;
        query.Id = 0xab01;
        Assert.Equal((true, whole), (query.HasOpt, Convert.ToHexStringLower(query.Datagram.Span)));
    }

    // RFC 5452 section 9.1. What an answer may change: AA, TC, RD, all of its fourth octet, the counts of records, and the case of letters.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_bit_of_an_answer_is_looked_at_or_not(bool isMixedCase)
    {
        var query = new WireQuery(Of("mx-.example"), DnsRecordType.Txt, 1232, false, isMixedCase) { Id = 0x1234 };
        var answer = AnswerTo(query);
        Assert.True(query.IsAnsweredBy(answer));
        for (var bit = 0; bit < answer.Length * 8; bit++)
        {
            var (at, mask) = (bit / 8, (byte)(1 << (bit % 8)));
            answer[at] ^= mask;
            var isAnswer = at switch
            {
                2 => mask <= 4,
                3 or (>= 6 and < 12) => true,
                _ => !isMixedCase && mask == 0x20 && at is >= 12 and < 25 && char.IsAsciiLetter((char)answer[at]),
            };
            Assert.True(isAnswer == query.IsAnsweredBy(answer), $"octet {at}, bit {mask:x2}");
            answer[at] ^= mask;
        }
    }

    [Fact]
    public void An_answer_has_the_whole_question_and_may_have_more()
    {
        var query = new WireQuery(Of("mx-.example"), DnsRecordType.Txt, 1232, false, false) { Id = 0x1234 };
        var answer = AnswerTo(query);
        for (var length = 0; length < answer.Length; length++)
        {
            Assert.False(query.IsAnsweredBy(answer.AsSpan(0, length)), $"{length} octets");
        }

        Assert.True(query.IsAnsweredBy([.. answer, 0]));
        Assert.True(query.IsAnsweredBy([.. answer, .. new byte[500]]));
    }

    // RFC 6891 section 7.
    [Fact]
    public void A_bare_header_counts_only_when_it_refuses_the_OPT_record()
    {
        var query = new WireQuery(Of("mx-.example"), DnsRecordType.Txt, 1232, false, false) { Id = 0x1234 };
        foreach (var hasOpt in new[] { true, false })
        {
            query.HasOpt = hasOpt;
            for (var code = 0; code < 16; code++)
            {
                byte[] header = [0x12, 0x34, 0x81, (byte)(0x80 | code), 0, 0, 0, 0, 0, 0, 0, 0];
                Assert.True((hasOpt && code is 1 or 4) == query.IsAnsweredBy(header), $"code {code}, OPT {hasOpt}");
                for (var count = 4; count < 12; count++)
                {
                    byte[] counted = [.. header];
                    counted[count] = 1;
                    Assert.True((hasOpt && code is 1 or 4 && count >= 8) == query.IsAnsweredBy(counted), $"code {code}, OPT {hasOpt}, a count at {count}");
                }

                Assert.False(query.IsAnsweredBy(header.AsSpan(0, 11)));
                header[0] ^= 1;
                Assert.False(query.IsAnsweredBy(header));
            }
        }
    }

    [Fact]
    public void Mixed_case_is_a_draw_for_each_letter_and_for_nothing_else()
    {
        var plain = Convert.FromHexString(Name);
        var upper = new int[plain.Length];
        for (var i = 0; i < 200; i++)
        {
            var sent = new WireQuery(Of("mx-.example"), DnsRecordType.Txt, 1232, false, isMixedCase: true).Datagram.Span[12..(12 + plain.Length)];
            for (var at = 0; at < plain.Length; at++)
            {
                Assert.Equal(plain[at], char.IsAsciiLetterUpper((char)sent[at]) ? sent[at] | 0x20 : sent[at]);
                upper[at] += sent[at] == plain[at] ? 0 : 1;
            }
        }

        for (var at = 0; at < plain.Length; at++)
        {
            // 100 by chance; below 40 or above 160 less than once in 10^15.
            Assert.InRange(upper[at], char.IsAsciiLetter((char)plain[at]) ? 40 : 0, char.IsAsciiLetter((char)plain[at]) ? 160 : 0);
        }
    }

    private static byte[] AnswerTo(WireQuery query)
    {
        var answer = query.Datagram.Span[..^11].ToArray();
        answer[2] |= 0x80;
        return answer;
    }

    private static DomainName Of(string text) => DomainName.ParseDnsName(text).Value!;
}
