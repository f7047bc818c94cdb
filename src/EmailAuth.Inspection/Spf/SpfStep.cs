using EmailAuth.Spf;

namespace EmailAuth.Inspection.Spf;

/// <summary>A term that asks the DNS, and its answer.</summary>
public sealed class SpfStep
{
    internal SpfStep(SpfTerm term, int number)
    {
        Term = term;
        Number = number;
    }

    /// <summary>The term.</summary>
    public SpfTerm Term { get; }

    /// <summary>The number of its lookup when no earlier term matches, from one over the whole tree.</summary>
    public int Number { get; }

    /// <summary>The answer, in a few words for people; null for a term that leads to a record.</summary>
    public string? Answer { get; internal set; }

    /// <summary>Whether nothing was found, for a client with an address of either kind (RFC 7208 section 4.6.4).</summary>
    public bool IsVoid { get; internal set; }

    /// <summary>The record that an include or a redirect leads to; null for other terms, and when the name cannot be looked up.</summary>
    public SpfNode? Target { get; internal set; }
}
