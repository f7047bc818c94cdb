using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Cli.Output;

/// <summary>How far a long run is: a line on standard error that is written over, when that is a terminal and results go elsewhere.</summary>
internal sealed class Progress : IDisposable
{
    private const string EraseLine = "\r\u001b[K";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string _what;
    private readonly Func<double?> _share;
    private readonly bool _isShown = !Console.IsErrorRedirected && Console.IsOutputRedirected;
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _last;
    private bool _isWritten;
    private long _count;

    /// <summary>Begins.</summary>
    /// <param name="what">What is counted, in the plural.</param>
    /// <param name="share">Which part of the whole is done, 0 to 1; null when that is not known.</param>
    public Progress(string what, Func<double?>? share = null)
    {
        _what = what;
        _share = share ?? (static () => null);
    }

    public void Advance()
    {
        _count++;
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (!_isShown || elapsed - _last < Pause)
        {
            return;
        }

        _last = elapsed;
        _isWritten = true;
        var rate = _count / elapsed.TotalSeconds;
        var left = _share() is { } share and > 0 and < 1
            ? string.Create(CultureInfo.InvariantCulture, $", {share:P0}, {TimeSpan.FromSeconds(Math.Ceiling(elapsed.TotalSeconds * (1 - share) / share)):h\\:mm\\:ss} left")
            : string.Empty;
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"{EraseLine}{_count:N0} {_what}, {rate:N0}/s{left}"));
    }

    public void Dispose()
    {
        if (_isWritten)
        {
            Console.Error.Write(EraseLine);
        }
    }
}
