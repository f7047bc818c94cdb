namespace EmailAuth.Settings;

/// <summary>One thing that is wrong with a configuration.</summary>
public sealed class SettingsError
{
    /// <summary>What kind of mistake it is.</summary>
    public required SettingsErrorCode Code { get; init; }

    /// <summary>The path of the key, with colons between, as the configuration has it: <c>EmailAuth:Dkim:MinRsaBits</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What is wrong and what is expected, in one line; of an unknown key also the setting that may be meant.</summary>
    public required string Reason { get; init; }

    /// <summary>The path and the reason.</summary>
    public override string ToString() => $"{Path}: {Reason}";
}
