using System.Globalization;
using System.Text;
using EmailAuth.Dns.Stub;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The data of records, at each length and with each cut; and the headers before them.</summary>
public class WireDataTests
{
    [Fact]
    public void An_address_has_as_many_octets_as_its_type_says()
    {
        for (var size = 0; size <= 40; size++)
        {
            var (message, record) = RecordOf([.. Enumerable.Range(1, size).Select(static i => (byte)i)]);
            foreach (var length in new[] { 4, 16 })
            {
                var isRead = WireData.TryReadAddress(message, record, length, out var address);
                Assert.Equal((size, length, size == length), (size, length, isRead));
                Assert.Equal(size != length ? null : size == 4 ? "1.2.3.4" : "102:304:506:708:90a:b0c:d0e:f10", address?.ToString());
            }
        }
    }

    [Theory]
    [InlineData("016100", "a")]
    [InlineData("01610000", "malformed")] // more than the name
    [InlineData("0161", "malformed")]
    [InlineData("01", "malformed")]
    [InlineData("", "malformed")]
    [InlineData("00", "-")]
    [InlineData("c000", "r")]
    [InlineData("c0", "malformed")]
    [InlineData("0161c000", "a.r")]
    [InlineData("0161c00000", "malformed")]
    [InlineData("03612e6200", "-")]
    [InlineData("0280ff00", "-")]
    public void A_name_fills_its_data(string hex, string expected)
    {
        foreach (var behind in new[] { "", "00", "016200" })
        {
            var (message, record) = RecordOf(Convert.FromHexString(hex), behind);
            var isRead = WireData.TryReadName(message, record, out var name);
            Assert.Equal((behind, expected), (behind, isRead ? name?.ToString() ?? "-" : "malformed"));
        }
    }

    [Theory]
    [InlineData("0001016100", "1 a")]
    [InlineData("ffff016100", "65535 a")]
    [InlineData("010000", "256 .")]
    [InlineData("00ffc000", "255 r")]
    [InlineData("000103612e6200", "-")]
    [InlineData("00010161", "malformed")]
    [InlineData("000101610000", "malformed")]
    [InlineData("00010000", "malformed")]
    [InlineData("0001", "malformed")]
    [InlineData("00", "malformed")]
    [InlineData("", "malformed")]
    public void A_mail_host_is_a_number_and_a_name(string hex, string expected)
    {
        foreach (var behind in new[] { "", "00", "016200" })
        {
            var (message, record) = RecordOf(Convert.FromHexString(hex), behind);
            var isRead = WireData.TryReadMailHost(message, record, out var host);
            Assert.Equal((behind, expected), (behind, isRead ? host?.ToString() ?? "-" : "malformed"));
        }
    }

    // RFC 2308 section 5, and RFC 2181 section 8: a set top bit means zero.
    [Theory]
    [InlineData(100u, 99u, 99)]
    [InlineData(99u, 100u, 99)]
    [InlineData(7u, 7u, 7)]
    [InlineData(0u, 5u, 0)]
    [InlineData(5u, 0u, 0)]
    [InlineData(0x7fffffffu, 0x7ffffffeu, 0x7ffffffe)]
    [InlineData(0x7fffffffu, 0x80000000u, 0)]
    [InlineData(0x80000000u, 5u, 0)]
    [InlineData(0x01020304u, 0x01020305u, 0x01020304)]
    public void A_negative_lifetime_is_the_lesser_of_two(uint timeToLive, uint minimum, int expected)
    {
        byte[] data = [1, (byte)'m', 0, 0xc0, 0, .. Enumerable.Repeat((byte)0x11, 16), (byte)(minimum >> 24), (byte)(minimum >> 16), (byte)(minimum >> 8), (byte)minimum];
        var (message, record) = RecordOf(data, "ffffffff", timeToLive);
        Assert.True(WireData.TryReadNegativeLifetime(message, record, out var lifetime));
        Assert.Equal(TimeSpan.FromSeconds(expected), lifetime);
        for (var length = 0; length < data.Length; length++)
        {
            (message, record) = RecordOf(data[..length], "ffffffff", timeToLive);
            Assert.False(WireData.TryReadNegativeLifetime(message, record, out lifetime), $"{length} octets");
            Assert.Equal(TimeSpan.Zero, lifetime);
        }

        (message, record) = RecordOf([.. data, 0], "ffffffff", timeToLive);
        Assert.False(WireData.TryReadNegativeLifetime(message, record, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(255, 255)]
    [InlineData(255, 255, 255, 254)] // 1,023 octets with their lengths
    [InlineData(255, 255, 255, 255)] // 1,024
    [InlineData(255, 255, 255, 255, 0)] // 1,025
    [InlineData(255, 255, 255, 255, 255, 1, 0, 2)]
    public void A_text_is_its_strings_joined(params int[] sizes)
    {
        var octets = 0;
        var data = new List<byte>();
        var text = new StringBuilder();
        foreach (var size in sizes)
        {
            data.Add((byte)size);
            for (var i = 0; i < size; i++)
            {
                data.Add((byte)(' ' + (++octets % 90)));
                text.Append((char)data[^1]);
            }
        }

        var (message, record) = RecordOf([.. data], "05414141");
        Assert.True(WireData.TryReadText(message, record, out var read));
        Assert.Equal(text.ToString(), read);

        // One octet fewer, and one that begins another string.
        foreach (byte[] damaged in new byte[][] { [.. data.SkipLast(1)], [.. data, 1], [.. data, 255] })
        {
            (message, record) = RecordOf(damaged, "05414141");
            var isWhole = damaged.Length == 0 || (damaged.Length < data.Count && sizes[^1] == 0);
            Assert.Equal((damaged.Length, isWhole), (damaged.Length, WireData.TryReadText(message, record, out read)));
            Assert.Equal(isWhole ? text.ToString() : null, read);
        }
    }

    // What is behind the record does not belong to it.
    [Theory]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("0261")]
    [InlineData("0361")]
    [InlineData("0461")]
    public void A_text_has_all_octets_of_its_string(string hex)
    {
        var (message, record) = RecordOf(Convert.FromHexString(hex), "05414141");
        Assert.False(WireData.TryReadText(message, record, out var read));
        Assert.Null(read);
    }

    [Fact]
    public void A_text_of_several_long_strings_may_be_64_KB()
    {
        var data = Enumerable.Range(0, 255).SelectMany(i => (byte[])[255, .. Enumerable.Repeat((byte)('a' + (i % 26)), 255)]).ToArray();
        var (message, record) = RecordOf(data);
        Assert.True(WireData.TryReadText(message, record, out var read));
        Assert.Equal(string.Concat(Enumerable.Range(0, 255).Select(static i => new string((char)('a' + (i % 26)), 255))), read);
    }

    [Theory]
    [InlineData("c3a9", "\u00e9")]
    [InlineData("e9", "\u00e9")]
    [InlineData("c3a9e9", "\u00c3\u00a9\u00e9")]
    [InlineData("ff00", "\u00ff\0")]
    [InlineData("ed a0 80", "\u00ed\u00a0\u0080")]
    public void A_text_is_UTF_8_as_a_whole_or_not_at_all(string hex, string expected)
    {
        var octets = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var (message, record) = RecordOf([(byte)octets.Length, .. octets]);
        Assert.True(WireData.TryReadText(message, record, out var read));
        Assert.Equal(expected, read);
        (message, record) = RecordOf([1, octets[0], (byte)(octets.Length - 1), .. octets[1..]]);
        Assert.True(WireData.TryReadText(message, record, out read));
        Assert.Equal(expected, read);
    }

    [Fact]
    public void A_record_lies_within_its_message()
    {
        byte[] message = [0xee, 1, (byte)'r', 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0, 3, 7, 8, 9];
        var position = 1;
        Assert.True(WireRecord.TryRead(message, ref position, out var record));
        Assert.Equal((17, new WireRecord(1, 0x1234, 0x5678, 0x9abcdef0, 14, 17)), (position, record));
        for (var length = 0; length < message.Length; length++)
        {
            position = 1;
            Assert.False(WireRecord.TryRead(message.AsSpan(0, length), ref position, out _), $"{length} octets");
        }

        position = 1;
        Assert.True(WireRecord.TryRead([.. message, 1, 2], ref position, out record));
        Assert.Equal((17, 17), (position, record.End));
        message[13] = 0;
        position = 1;
        Assert.True(WireRecord.TryRead(message.AsSpan(0, 14), ref position, out record)); // without data, at the end of the message
        Assert.Equal((14, new WireRecord(1, 0x1234, 0x5678, 0x9abcdef0, 14, 14)), (position, record));
    }

    [Fact]
    public void A_record_is_of_its_type_and_the_Internets_class_at_its_name()
    {
        byte[] message = [1, (byte)'r', 0];
        var name = EmailAuth.Syntax.DomainName.ParseDnsName("r").Value!;
        var other = EmailAuth.Syntax.DomainName.ParseDnsName("s").Value!;
        for (var dataClass = 0; dataClass <= 256; dataClass++)
        {
            Assert.Equal(dataClass == 1, new WireRecord(0, 16, (ushort)dataClass, 0, 0, 0).Is(message, 16, name));
        }

        Assert.False(new WireRecord(0, 16, 1, 0, 0, 0).Is(message, 15, name));
        Assert.False(new WireRecord(0, 16, 1, 0, 0, 0).Is(message, 16, other));
        Assert.Equal((2, 5, 6, 41), (WireRecord.NameServer, WireRecord.CanonicalName, WireRecord.StartOfAuthority, WireRecord.Options));
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(1u, 1)]
    [InlineData(0x7ffffffeu, 0x7ffffffe)]
    [InlineData(0x7fffffffu, 0x7fffffff)]
    [InlineData(0x80000000u, 0)]
    [InlineData(0x80000001u, 0)]
    [InlineData(0xffffffffu, 0)]
    public void A_lifetime_has_31_bits(uint timeToLive, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new WireRecord(0, 1, 1, timeToLive, 0, 0).Lifetime);

    [Fact]
    public void A_header_has_its_parts_in_their_places()
    {
        byte[] octets = [1, 2, 0, 0, 3, 4, 5, 6, 7, 8, 9, 10];
        var header = new WireHeader(octets);
        Assert.Equal((0x0102, 0x0304, 0x0506, 0x0708, 0x090a), (header.Id, header.QuestionCount, header.AnswerCount, header.AuthorityCount, header.AdditionalCount));
        Assert.Equal((12, 0x200, 0x100, 0x20), (WireHeader.Length, WireHeader.TruncatedFlag, WireHeader.RecursionDesiredFlag, WireHeader.AuthenticDataFlag));
        for (var flags = 0; flags < 0x10000; flags++)
        {
            (octets[2], octets[3]) = ((byte)(flags >> 8), (byte)flags);
            header = new WireHeader(octets);
            var said = (header.IsResponse, header.IsTruncated, header.IsAuthenticData, header.IsFromBystander, header.Code);
            var expected = ((flags & 0xf800) == 0x8000, (flags & 0x200) != 0, (flags & 0x20) != 0, (flags & 0x480) == 0, flags & 15);
            if (said != expected)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{flags:x4}: {said}"));
            }
        }
    }

    [Fact]
    public void A_response_code_has_the_name_that_people_know()
    {
        for (var code = 0; code < 4096; code++)
        {
            var text = code switch { 1 => "FORMERR", 2 => "SERVFAIL", 4 => "NOTIMP", 5 => "REFUSED", 16 => "BADVERS", _ => $"response code {code}" };
            Assert.Equal((text, code is 1 or 4 or 16), (WireCode.TextOf(code), WireCode.IsRefusalOfOpt(code)));
        }

        Assert.Equal((0, 3), (WireCode.NoError, WireCode.NameError));
    }

    // The name "r" is at 0; the data is behind it, and other octets behind that.
    private static (byte[] Message, WireRecord Record) RecordOf(byte[] data, string behind = "", uint timeToLive = 0)
    {
        byte[] message = [.. LoopbackDnsServer.Name("r"), .. data, .. Convert.FromHexString(behind)];
        return (message, new WireRecord(0, 1, 1, timeToLive, 3, 3 + data.Length));
    }
}
