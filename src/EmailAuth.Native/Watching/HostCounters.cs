using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using EmailAuth.Hosting;

namespace EmailAuth.Native.Watching;

/// <summary>Adds up what the library counts (<see cref="EmailAuthTelemetry"/>), for the whole process. Thread-safe.</summary>
internal sealed class HostCounters : IDisposable
{
    private static readonly Lock Starting = new();
    private static HostCounters? _started;

    private readonly ConcurrentDictionary<string, long> _series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _counters = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    private HostCounters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == EmailAuthTelemetry.Name && instrument is Counter<long>)
            {
                _counters.TryAdd(instrument.Name, true);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            _series.AddOrUpdate(NameOf(instrument.Name, tags), static (_, added) => added, static (_, sum, added) => sum + added, count));

        // The instruments exist from the first use of their class.
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(EmailAuthTelemetry).TypeHandle);
        _listener.Start();
    }

    /// <summary>Begins to count, if nothing counts yet.</summary>
    public static void Start()
    {
        lock (Starting)
        {
            _started ??= new HostCounters();
        }
    }

    /// <summary>What counts; reading before <see cref="Start"/> is out of order.</summary>
    public static HostCounters Started
    {
        get
        {
            lock (Starting)
            {
                return _started ?? throw new InteropException(Status.State, "Nothing is counted: call emailauth_counters_start first.");
            }
        }
    }

    /// <summary>The count of a series such as <c>emailauth.results emailauth.method=spf emailauth.result=pass</c>, or the sum of all series of a counter.</summary>
    public long Read(string name)
    {
        var counter = name.Split(' ', 2)[0];
        if (!_counters.ContainsKey(counter))
        {
            throw new InteropException(Status.Argument, $"name: '{counter}' is not a counter of the library.");
        }

        return name == counter
            ? _series.Where(series => series.Key.Split(' ', 2)[0] == counter).Sum(static series => series.Value)
            : _series.GetValueOrDefault(name);
    }

    /// <summary>All series, a line each, sorted.</summary>
    public string ReadAll()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _series.OrderBy(static series => series.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(' ').Append(value).Append('\n');
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static string NameOf(string counter, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = new StringBuilder(counter);
        foreach (var (key, value) in tags)
        {
            name.Append(' ').Append(key).Append('=').Append(value);
        }

        return name.ToString();
    }
}
