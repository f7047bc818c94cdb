using System.Text;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What DNS servers send, and the system's file that names them.</summary>
internal static class DnsTargets
{
    private static readonly DnsRecordType[] Types = [DnsRecordType.Txt, DnsRecordType.A, DnsRecordType.Aaaa, DnsRecordType.Mx, DnsRecordType.Ptr];

    // The input: the type asked for, then the message.
    public static void Answer(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        var type = Types[input[0] % Types.Length];
        var message = input[1..];
        var name = DomainName.Parse("a.example").Value!;
        var reader = new AnswerReader(name, type, trustsAuthenticData: true);
        var response = reader.Read(message);
        new WireQuery(name, type, 1232, wantsAuthenticData: false, isMixedCase: false).IsAnsweredBy(message);
        if (response is null)
        {
            FindingException.ThrowIf(reader.End == name, "a question that leads to itself");
            return;
        }

        FindingException.ThrowIf((response.Status == DnsStatus.Failure) != (response.Failure != DnsFailure.None), "a failure without a code");
        FindingException.ThrowIf(response.Status == DnsStatus.Failure && (string.IsNullOrEmpty(response.Detail) || reader.End != name), "a failure that says nothing, or has moved on");
        FindingException.ThrowIf(response.Aliases.Length > 16 || response.Aliases.Contains(name), "a chain of aliases that is too long, or a loop");
        FindingException.ThrowIf(response.Aliases is [.., var last] && last != reader.End, "an end that is not the last alias");
        FindingException.ThrowIf((response.Count > 0) != (response.Status == DnsStatus.Records), "records in another answer");
        FindingException.ThrowIf(response.Texts.Sum(text => text.Length) > message.Length, "more text than was sent");
        FindingException.ThrowIf(response.TimeToLive is { } time && (time < TimeSpan.Zero || time.TotalSeconds > int.MaxValue), "a TTL out of range");
    }

    public static void SystemFile(ReadOnlySpan<byte> input)
    {
        var conf = ResolvConf.Parse(Encoding.UTF8.GetString(input));
        FindingException.ThrowIf(conf.Servers.Length > 3 || conf.Attempts is < 1 or > 5 || conf.Timeout < TimeSpan.FromSeconds(1) || conf.Timeout > TimeSpan.FromSeconds(30), "out of bounds");
    }
}
