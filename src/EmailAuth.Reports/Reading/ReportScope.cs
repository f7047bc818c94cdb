
namespace EmailAuth.Reports.Reading;

/// <summary>Where in the containers of an input reading is, and what was found on the way there. Each container inside makes its own.</summary>
internal sealed class ReportScope
{
    /// <summary>From the outside in.</summary>
    public required string Place { get; init; }

    /// <summary>How many containers are around it.</summary>
    public int Depth { get; init; }

    /// <summary>Whether the innermost container but messages is a compressed one.</summary>
    public bool IsCompressed { get; init; }

    public ReportFindings Findings { get; init; } = new();

    public Carrier? Carrier { get; init; }

    /// <summary>The part of the mail; null outside of mail.</summary>
    public MessageNode? Node { get; init; }

    /// <summary>The scope inside of a container, which has the findings so far.</summary>
    /// <param name="place">What the container is.</param>
    /// <param name="isCompressed">Whether it is a compressed one.</param>
    /// <param name="ownFindings">Whether what is found inside concerns only one of several things in the container.</param>
    public ReportScope Inside(string place, bool isCompressed, bool ownFindings) => new()
    {
        Place = Place.Length == 0 ? place : $"{Place} > {place}",
        Depth = Depth + 1,
        IsCompressed = isCompressed,
        Findings = ownFindings ? Copy() : Findings,
        Carrier = Carrier,
        Node = Node,
    };

    /// <summary>The scope of a part of a mail.</summary>
    public ReportScope Part(string place, Carrier carrier, MessageNode node) => new()
    {
        Place = Place.Length == 0 ? place : $"{Place} > {place}",
        Depth = Depth,
        Findings = Copy(),
        Carrier = carrier,
        Node = node,
    };

    private ReportFindings Copy()
    {
        var copy = new ReportFindings();
        copy.AddRange(Findings.ToImmutable());
        return copy;
    }
}
