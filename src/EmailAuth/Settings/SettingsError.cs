namespace EmailAuth.Settings;

/// <summary>One thing that is wrong with a configuration.</summary>
public sealed class SettingsError
{
    internal SettingsError(SettingsErrorCode code, string path, string reason) => (Code, Path, Reason) = (code, path, reason);

    /// <summary>What kind of mistake it is.</summary>
    public SettingsErrorCode Code { get; }

    /// <summary>The path of the key, with colons between, as the configuration has it: <c>EmailAuth:Dkim:MinRsaBits</c>.</summary>
    public string Path { get; }

    /// <summary>What is wrong and what is expected, in one line; of an unknown key also the setting that may be meant.</summary>
    public string Reason { get; }

    /// <summary>The path and the reason.</summary>
    public override string ToString() => $"{Path}: {Reason}";
}
