namespace EmailAuth.Dns;

/// <summary>Words that the reasons of temporary failures share, so that a recording can tell silence from failure.</summary>
internal static class DnsReasons
{
    /// <summary>How the reason starts when nothing came in time.</summary>
    public const string NoAnswer = "no answer";
}
