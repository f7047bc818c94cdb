namespace EmailAuth.Reports.Collection;

/// <summary>The settings of a journal. Immutable.</summary>
public sealed record JournalOptions
{
    /// <summary>The folder. It is created when it does not exist. One process writes a folder, and other users must not be able to write in it.</summary>
    public required string Folder { get; init; }

    /// <summary>How often messages are written to the disk: what a crash can lose. Default 1 second; 10 milliseconds to 1 hour.</summary>
    public TimeSpan FlushInterval
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromHours(1) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);
    } = TimeSpan.FromSeconds(1);

    /// <summary>The most bytes of all files together. Messages over this bound are dropped and counted. Default 1 GiB; at least 64 KiB.</summary>
    public long MaxBytes
    {
        get;
        init => field = value >= 64 * 1024 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);
    } = 1024L * 1024 * 1024;

    /// <summary>The size at which a file is finished and the next one begins. Default 16 MiB; at least 4 KiB. Never more than a quarter of <see cref="MaxBytes"/>.</summary>
    public long MaxSegmentBytes
    {
        get;
        init => field = value >= 4096 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);
    } = 16 * 1024 * 1024;

    /// <summary>The age at which a file is finished, so that it can be deleted after its import. Default 5 minutes; at least 1 second.</summary>
    public TimeSpan MaxSegmentAge
    {
        get;
        init => field = value >= TimeSpan.FromSeconds(1) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);
    } = TimeSpan.FromMinutes(5);

    /// <summary>The most bytes of messages that wait in memory while the disk cannot be written. Default 8 MiB; 4 KiB to 1 GiB.</summary>
    public int MaxWaitingBytes
    {
        get;
        init => field = value is >= 4096 and <= 1 << 30 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);
    } = 8 * 1024 * 1024;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Creates the file of a segment; tests give disks with faults.</summary>
    internal Func<string, ISegmentOutput> CreateOutput { get; init; } = static path => new SegmentOutput(path);
}
