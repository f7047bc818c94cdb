using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Milter.Configuration;

/// <summary>Reads values from a configuration and keeps what is wrong with them, each error with its key.</summary>
internal sealed class ConfigurationSection(IConfiguration configuration)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _errors = [];

    public string? Text(string key)
    {
        _known.Add(key);
        var section = configuration.GetSection(key);
        if (section.GetChildren().Any())
        {
            _errors.Add($"{key}: one value is expected, not a list or an object");
            return null;
        }

        // An empty value is as none: it is how an environment variable takes back what the file says.
        return string.IsNullOrWhiteSpace(section.Value) ? null : section.Value.Trim();
    }

    public T Value<T>(string key, T otherwise, Func<string, T?> parse, string expected)
        where T : struct => Text(key) is { } text ? Parsed(key, text, parse, expected) ?? otherwise : otherwise;

    /// <summary>A value whose absence is a value too: null.</summary>
    public T? Optional<T>(string key, Func<string, T?> parse, string expected)
        where T : struct => Text(key) is { } text ? Parsed(key, text, parse, expected) : null;

    public T? Reference<T>(string key, Func<string, T?> parse, string expected)
        where T : class
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        var value = parse(text);
        if (value is null)
        {
            _errors.Add($"{key}: '{text}' is not {expected}");
        }

        return value;
    }

    public bool Flag(string key, bool otherwise) =>
        Value(key, otherwise, text => bool.TryParse(text, out var flag) ? flag : null, "true or false");

    public int Number(string key, int otherwise, int least, int most) => Value(
        key,
        otherwise,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : null,
        string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));

    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most) => Value(
        key,
        otherwise,
        text => ConfigurationValue.Duration(text) is { } duration && duration >= least && duration <= most ? duration : null,
        $"a time from {Short(least)} to {Short(most)}, such as 500ms, 30s, 5m or 2h");

    /// <summary>Reads a list: a JSON array, or one text with commas between.</summary>
    public ImmutableArray<T> List<T>(string key, ImmutableArray<T> otherwise, Func<string, T?> parse, string expected)
        where T : class
    {
        if (Items(key) is not { } items)
        {
            return otherwise;
        }

        var values = items.Select(item => Kept(parse(item.Text), item, expected)).ToList();
        return values.Contains(null) ? otherwise : [.. values.Select(value => value!)];
    }

    /// <inheritdoc cref="List{T}"/>
    public ImmutableArray<T> ListOfValues<T>(string key, ImmutableArray<T> otherwise, Func<string, T?> parse, string expected)
        where T : struct
    {
        if (Items(key) is not { } items)
        {
            return otherwise;
        }

        var values = items.Select(item => Kept(parse(item.Text), item, expected)).ToList();
        return values.Contains(null) ? otherwise : [.. values.Select(value => value!.Value)];
    }

    /// <summary>Refuses a key that has another name now, and says which.</summary>
    public void Renamed(string old, string key)
    {
        _known.Add(old);
        var section = configuration.GetSection(old);
        if (section.Value is not null || section.GetChildren().Any())
        {
            _errors.Add($"{old}: this key is now {key}");
        }
    }

    public void Refuse(string key, string why) => _errors.Add($"{key}: {why}");

    /// <summary>All errors: those of values, and the keys that nobody asked for.</summary>
    public ImmutableArray<string> Errors() =>
    [
        .. _errors,
        .. configuration.GetChildren().Where(c => !_known.Contains(c.Key)).Select(c => $"{c.Key}: there is no such key{Similar(c.Key)}"),
    ];

    private List<(string Key, string Text)>? Items(string key)
    {
        _known.Add(key);
        var section = configuration.GetSection(key);
        var children = section.GetChildren().ToList();
        if (section.Value is not null && !string.IsNullOrWhiteSpace(section.Value))
        {
            // A text from the environment or the command line stands in front of an array in the file.
            return [.. section.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => (key, t))];
        }

        // An empty array is there, with nothing in it: JSON gives it an empty text.
        return children.Count > 0
            ? [.. children.Select(c => (c.Path, c.Value?.Trim() ?? string.Empty))]
            : section.Value is null ? null : [];
    }

    private T Kept<T>(T value, (string Key, string Text) item, string expected)
    {
        if (value is null)
        {
            _errors.Add($"{item.Key}: '{item.Text}' is not {expected}");
        }

        return value;
    }

    private T? Parsed<T>(string key, string text, Func<string, T?> parse, string expected)
        where T : struct
    {
        var value = parse(text);
        if (value is null)
        {
            _errors.Add($"{key}: '{text}' is not {expected}");
        }

        return value;
    }

    private string Similar(string key) =>
        _known.FirstOrDefault(k => k.Length > 3 && (k.Contains(key, StringComparison.OrdinalIgnoreCase) ||
            key.Contains(k, StringComparison.OrdinalIgnoreCase) || k.AsSpan().CommonPrefixLength(key) >= 5)) is { } known
            ? $"; did you mean {known}?"
            : string.Empty;

    private static string Short(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#}h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#}m"),
        { TotalSeconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms"),
    };
}
