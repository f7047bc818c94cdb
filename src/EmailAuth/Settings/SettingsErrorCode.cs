namespace EmailAuth.Settings;

/// <summary>What is wrong with a setting.</summary>
public enum SettingsErrorCode
{
    /// <summary>No setting has that name.</summary>
    UnknownKey,

    /// <summary>A setting without a default is not given.</summary>
    Missing,

    /// <summary>The value has the wrong type, is outside its range, or is not one of the words that are allowed.</summary>
    InvalidValue,

    /// <summary>The value contradicts that of another setting.</summary>
    Conflict,

    /// <summary>The file that the value names cannot be read, or does not hold what it should.</summary>
    UnreadableFile,
}
