namespace EmailAuth.Milter.Configuration;

/// <summary>How log lines are written to standard output.</summary>
internal enum LogFormat
{
    /// <summary>One line each, for people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>One line each, with the priority for the systemd journal.</summary>
    Systemd,
}
