using System.Diagnostics;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using FsCheck.Xunit;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The octets of answers.</summary>
public class AnswerReaderTests
{
    // The question "a.example TXT IN" is at 12; its name's "example" at 14, the first record at 27.
    private static readonly byte[] Question = [.. Name("a.example"), 0, 16, 0, 1];

    public static TheoryData<string, string, string> Names => new()
    {
        { "c00c", "x", "a pointer to the question's name" },
        { "0161c00e", "x", "a label, then a pointer to the rest" },
        { "0141c00e", "x", "case does not count (RFC 4343)" },
        { "0161076578616d706c6500", "x", "no compression" },
        { "0161074558414d504c4500", "x", "no compression, other case" },
        { "0162c00e", "-", "another name" },
        { "c00e", "-", "only the end of the name" },
        { "0161c00c", "-", "a label too many" },
        { "00", "-", "the root" },
        { "c01b", "-", "a pointer to itself" },
        { "c0ff", "-", "a pointer forward" },
        { "0161c01b", "-", "a pointer to the label before it" },
        { "4161", "malformed", "the reserved bits 01 (RFC 1035 section 4.1.4)" },
        { "8161", "malformed", "the reserved bits 10" },
    };

    // RFC 1035 section 4.1.4: the pointer has fourteen bits.
    [Theory]
    [InlineData(12)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(511)]
    [InlineData(0x2aaa)]
    [InlineData(0x3ff4)]
    public void A_pointer_leads_to_every_place(int target)
    {
        var message = new byte[0x4002];
        Name("a.example").CopyTo(message, target);
        (message[0x4000], message[0x4001]) = ((byte)(0xc0 | (target >> 8)), (byte)target);
        var position = 0x4000;
        Assert.True(WireName.TryRead(message, ref position, out var name, out var isRoot));
        Assert.Equal(("a.example", false, 0x4002), (name?.ToString(), isRoot, position));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_owner_of_a_record(string hex, string expected, string why)
    {
        byte[] message = Message([[.. Convert.FromHexString(hex), 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 1, (byte)'x']]);
        var response = Read(message);
        var said = response?.Status switch
        {
            DnsStatus.Records => response.Texts[0],
            DnsStatus.Failure => "malformed",
            _ => "-",
        };
        Assert.Equal((why, expected), (why, said));
    }

    public static TheoryData<string, string> Lifetimes => new()
    {
        { "00000000", "0" },
        { "0000003c", "60" },
        { "7fffffff", "2147483647" },
        { "80000000", "0" }, // RFC 2181 section 8
        { "ffffffff", "0" },
    };

    [Theory]
    [MemberData(nameof(Lifetimes))]
    public void The_TTL_has_31_bits(string hex, string seconds)
    {
        var response = Read(Message([[0xc0, 12, 0, 16, 0, 1, .. Convert.FromHexString(hex), 0, 2, 1, (byte)'x']]));
        Assert.Equal(double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture), response!.TimeToLive!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData(100, 50, 50)]
    [InlineData(50, 100, 50)]
    [InlineData(-1, 100, 0)]
    [InlineData(100, -1, 0)]
    public void A_negative_answer_is_kept_for_the_lesser_of_the_TTL_and_the_minimum(int timeToLive, int minimum, int expected)
    {
        var response = Read(Message([], [Authority("example", timeToLive, minimum)]));
        Assert.Equal((DnsStatus.NoData, TimeSpan.FromSeconds(expected)), (response!.Status, response.TimeToLive));
    }

    [Fact]
    public void A_failure_leaves_the_reader_as_it_was()
    {
        var reader = new AnswerReader(DomainName.Parse("a.example").Value!, DnsRecordType.Txt, trustsAuthenticData: false);
        Assert.Equal(DnsFailure.Malformed, reader.Read(Message([Alias("a.example", "b.example"), Alias("b.example", "a.example")]))!.Failure);
        Assert.Equal("a.example", reader.End.ToString());
        Assert.Equal(["x"], reader.Read(Message([Text("a.example", "x")]))!.Texts);
    }

    // Some 5,400 records of a name that is equal but for its last label, each behind a chain of pointers, and 16 aliases: all that a message can hold.
    [Fact]
    public void The_work_for_64_KB_is_bounded()
    {
        var owner = Name("a.example");
        var aliases = Enumerable.Range(1, 16).Select(i => Alias(i == 1 ? "a.example" : $"a{i - 1}.example", $"a{i}.example")).Reverse();
        var filler = Enumerable.Repeat<byte[]>([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 0], (65_000 - 12 - 1000) / 12);
        var message = Message([.. filler, .. aliases]);
        Assert.InRange(message.Length, 60_000, 65_535);
        Read(message);
        var started = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Read(message));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16_384, $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes");
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2), $"{Stopwatch.GetElapsedTime(started)}"); // some 5 ms
        Assert.Equal(9 + 2, owner.Length);
    }

    // Each pointer leads two octets back, to another one.
    [Fact]
    public void A_long_chain_of_pointers_is_not_followed_to_its_end()
    {
        var chain = new byte[16_000];
        for (var i = 0; i < chain.Length; i += 2)
        {
            var target = 27 + 10 + 2 + i - 2;
            (chain[i], chain[i + 1]) = i == 0 ? ((byte)0xc0, (byte)12) : ((byte)(0xc0 | ((target >> 8) & 0x3f)), (byte)target);
        }

        byte[] first = [0xc0, 12, 0xff, 0, 0, 1, 0, 0, 0, 60, (byte)(16_000 >> 8), 16_000 & 0xff, .. chain];
        byte[] last = [0xfe, 0x6f, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 1, (byte)'x'];
        Assert.Equal(DnsStatus.NoData, Read(Message([first, last]))!.Status);
    }

    [Property(MaxTest = 2000)]
    public void Nothing_makes_it_throw(byte[] octets, ushort at, int type)
    {
        var message = Message([Alias("a.example", "b.example"), Text("b.example", "x", "y"), Record("b.example", 15, [0, 1, 0xc0, 14]), Record("b.example", 1, [192, 0, 2, 1])], [Authority("example", 1, 1)]);
        for (var i = 0; i < octets.Length; i++)
        {
            message[(at + i) % message.Length] = octets[i];
        }

        DnsRecordType[] types = [DnsRecordType.Txt, DnsRecordType.Mx, DnsRecordType.A, DnsRecordType.Aaaa, DnsRecordType.Ptr];
        foreach (var bytes in new[] { message, message[..(at % message.Length)], octets })
        {
            var reader = new AnswerReader(DomainName.Parse("a.example").Value!, types[(type & int.MaxValue) % types.Length], trustsAuthenticData: true);
            var response = reader.Read(bytes);
            Assert.True(response is null ? reader.End.ToString() != "a.example" : Enum.IsDefined(response.Status) && response.Count <= bytes.Length);
        }
    }

    [Property]
    public bool A_written_name_reads_as_itself(byte[] octets)
    {
        var text = string.Join('.', octets.Chunk(20).Take(8).Select(chunk => string.Concat(chunk.Select(octet => (char)('!' + (octet % 90)))).Replace('.', '-').ToLowerInvariant()));
        if (DomainName.ParseDnsName(text).Value is not { } name)
        {
            return text.Length == 0;
        }

        var wire = new byte[WireName.MaxLength];
        var length = WireName.Write(name, wire);
        var position = 0;
        return WireName.TryRead(wire.AsSpan(0, length), ref position, out var read, out var isRoot) && read == name && !isRoot && position == length
            && WireName.IsEqual(wire, 0, name) && !WireName.IsEqual(wire.AsSpan(0, length - 1), 0, name);
    }

    [Fact]
    public void The_longest_name_fits()
    {
        var name = DomainName.Parse($"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', 61)}").Value!;
        Span<byte> wire = stackalloc byte[WireName.MaxLength];
        Assert.Equal(WireName.MaxLength, WireName.Write(name, wire));
        Assert.True(WireName.IsEqual(wire, 0, name));
        Assert.Equal(255 + 12 + 4 + 11, new WireQuery(name, DnsRecordType.A, 1232, wantsAuthenticData: false, isMixedCase: true).Datagram.Length);
    }

    [Fact]
    public void A_name_of_more_than_255_octets_is_malformed()
    {
        // Through pointers: each part is within bounds, the whole is not.
        var label = Encoding.ASCII.GetString(Enumerable.Repeat((byte)'x', 60).ToArray());
        var first = Record(string.Join('.', label, label, label), 0xff, []);
        byte[] second = [.. Name(string.Join('.', label, label))[..^1], 0xc0, 27, 0, 12, 0, 1, 0, 0, 0, 60, 0, 0];
        var position = 27 + first.Length;
        Assert.False(WireName.TryRead(Message([first, second]), ref position, out _, out _));
        Assert.Equal(27 + first.Length, position);
    }

    private static byte[] Message(byte[][] answers, byte[][]? authorities = null) =>
    [
        0, 0, 0x81, 0x80, 0, 1, (byte)(answers.Length >> 8), (byte)answers.Length, 0, (byte)(authorities?.Length ?? 0), 0, 0,
        .. Question, .. answers.SelectMany(record => record), .. (authorities ?? []).SelectMany(record => record),
    ];

    private static DnsResponse? Read(byte[] message) =>
        new AnswerReader(DomainName.Parse("a.example").Value!, DnsRecordType.Txt, trustsAuthenticData: false).Read(message);
}
