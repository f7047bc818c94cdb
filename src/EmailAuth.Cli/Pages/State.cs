namespace EmailAuth.Cli.Pages;

/// <summary>How something is, as a page shows it.</summary>
internal enum State
{
    /// <summary>Not there, not checked, or without meaning for the answer.</summary>
    None,

    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>Broken.</summary>
    Fail,

    /// <summary>Works today, and may not tomorrow.</summary>
    Risk,

    /// <summary>Worth knowing.</summary>
    Note,
}
