using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Cli.Output;

/// <summary>The progress of a long run: a line on standard error that is overwritten. It is shown only if standard error is a terminal
/// and standard output is not, or has no line before the end.</summary>
internal sealed class Progress : IDisposable
{
    private const string EraseLine = "\r\u001b[K";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string _what;
    private readonly Func<double?> _share;
    private readonly bool _isShown;
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _last;
    private bool _isWritten;
    private long _count;

    /// <summary>Begins.</summary>
    /// <param name="what">The name of the items, in the plural.</param>
    /// <param name="share">The share that is done, 0 to 1; null when it is not known.</param>
    /// <param name="isAlone">Whether nothing is written to standard output before the end.</param>
    public Progress(string what, Func<double?>? share = null, bool isAlone = false)
    {
        _isShown = !Console.IsErrorRedirected && (isAlone || Console.IsOutputRedirected);
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
