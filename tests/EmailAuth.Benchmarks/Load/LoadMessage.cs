using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Load;

/// <summary>A message cut into the packets of the milter protocol.</summary>
internal sealed class LoadMessage
{
    private LoadMessage(string domain, (string Name, string Value)[] fields, byte[] body, byte[] firstHalf, byte[] secondHalf)
    {
        Domain = domain;
        Fields = [.. fields.Select(field => Packets.Header(field.Name, field.Value))];
        FieldsWithSpace = [.. fields.Select(field => Packets.Header(field.Name, " " + field.Value))];
        Body = body;
        FirstHalf = firstHalf;
        SecondHalf = secondHalf;
    }

    public string Domain { get; }

    public byte[][] Fields { get; }

    /// <summary>The same for milters that get the space after the colon.</summary>
    public byte[][] FieldsWithSpace { get; }

    public byte[] Body { get; }

    /// <summary>The body in two packets, of which this is the first.</summary>
    public byte[] FirstHalf { get; }

    public byte[] SecondHalf { get; }

    /// <summary>Whether the milter need not add a field for it.</summary>
    public bool NeedsNoField { get; private init; }

    /// <summary>The messages of all domains.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="isJudged">Whether opendkim's result stands above each, as opendmarc finds it behind opendkim.</param>
    /// <param name="needsNoField">Whether the milter need not add a field.</param>
    public static LoadMessage[] Of(DomainMail mail, bool isJudged, bool needsNoField)
    {
        var body = Packets.Of(MilterCommand.Body, mail.Body);
        var half = mail.Body.Length / 2;
        var (first, second) = (Packets.Of(MilterCommand.Body, mail.Body.AsSpan(0, half)), Packets.Of(MilterCommand.Body, mail.Body.AsSpan(half)));
        return
        [
            .. mail.Headers.Select((fields, number) =>
            {
                var domain = DomainMail.DomainOf(number);
                var judged = ("Authentication-Results", $"mx.example.org;\n\tdkim=pass (2048-bit key) header.d={domain} header.i=@{domain}");
                return new LoadMessage(domain, isJudged ? [judged, .. fields] : fields, body, first, second) { NeedsNoField = needsNoField };
            }),
        ];
    }
}
