namespace EmailAuth.Reports.Collection;

/// <summary>Why a journal does not keep a message.</summary>
public enum JournalDrop
{
    /// <summary>It keeps it.</summary>
    None,

    /// <summary>The journal has <see cref="JournalOptions.MaxBytes"/>.</summary>
    JournalFull,

    /// <summary>The disk cannot be written, and <see cref="JournalOptions.MaxWaitingBytes"/> wait in memory.</summary>
    NotWritten,

    /// <summary>The message's names are too long together (128 KiB).</summary>
    TooLong,

    /// <summary>The journal was closed.</summary>
    Closed,
}
