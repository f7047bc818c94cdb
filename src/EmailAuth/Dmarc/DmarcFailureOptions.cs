namespace EmailAuth.Dmarc;

/// <summary>When a domain owner wants failure reports (RFC 9989 section 4.7, tag <c>fo</c>).</summary>
[Flags]
public enum DmarcFailureOptions
{
    /// <summary>No failure report is wanted: never of a record, where <see cref="AllFail"/> is the default.</summary>
    None = 0,

    /// <summary><c>1</c>: when any method gives something other than an aligned pass.</summary>
    AnyFail = 1,

    /// <summary><c>d</c>: when a signature fails, aligned or not.</summary>
    Dkim = 2,

    /// <summary><c>s</c>: when SPF fails, aligned or not.</summary>
    Spf = 4,

    /// <summary><c>0</c>: when no method gives an aligned pass (the default). It adds nothing to <see cref="AnyFail"/>.</summary>
    AllFail = 8,
}
