using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EmailAuth.Native.Configuration;

/// <summary>One object of the configuration. Every key is read once; one that nobody reads is a mistake, and is named.</summary>
internal sealed class ConfigurationObject
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly string _path;

    public ConfigurationObject(JsonElement element, string path)
    {
        _path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path.Length == 0 ? "The configuration" : path, element, "an object");
        }

        foreach (var member in element.EnumerateObject())
        {
            _members.Add(member.Name, member.Value);
        }
    }

    /// <summary>The text of a key, or null when the key is absent.</summary>
    public string? Text(string key) => Take(key) is { } value
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(PathOf(key), value, "a string")
        : null;

    public bool Flag(string key, bool otherwise) => Take(key) is { } value
        ? value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(PathOf(key), value, "true or false")
        : otherwise;

    public int Number(string key, int otherwise, int minimum, int maximum)
    {
        if (Take(key) is not { } value)
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= minimum && number <= maximum
            ? number
            : throw Wrong(PathOf(key), value, string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));
    }

    /// <summary>A time in milliseconds.</summary>
    public TimeSpan Milliseconds(string key, TimeSpan otherwise, TimeSpan maximum) =>
        TimeSpan.FromMilliseconds(Number(key, (int)otherwise.TotalMilliseconds, 1, (int)maximum.TotalMilliseconds));

    /// <summary>A list of texts, each read by <paramref name="read"/>, whose null says that it is none.</summary>
    public ImmutableArray<T> List<T>(string key, Func<string, T?> read, string form)
        where T : class
    {
        var values = ImmutableArray.CreateBuilder<T>();
        foreach (var (path, value) in Items(key))
        {
            values.Add(value.ValueKind == JsonValueKind.String && read(value.GetString()!) is { } known ? known : throw Wrong(path, value, form));
        }

        return values.DrainToImmutable();
    }

    /// <summary>An object below this one, or null when the key is absent.</summary>
    public ConfigurationObject? Object(string key) => Take(key) is { } value ? new ConfigurationObject(value, PathOf(key)) : null;

    /// <summary>A value as it stands, or null when the key is absent.</summary>
    public JsonElement? Take(string key) => _members.Remove(key, out var value) ? value : null;

    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    public bool Has(string key) => _members.ContainsKey(key);

    /// <summary>To be called when all is read.</summary>
    public void ExpectNoMore()
    {
        foreach (var key in _members.Keys)
        {
            throw new InteropException(Status.Configuration, $"{PathOf(key)}: there is no such key.");
        }
    }

    public InteropException Refuse(string key, string reason) => new(Status.Configuration, $"{PathOf(key)}: {reason}");

    private static InteropException Wrong(string path, JsonElement value, string form)
    {
        var text = value.GetRawText();
        return new InteropException(Status.Configuration, $"{path}: {(text.Length > 60 ? text[..60] + "..." : text)} is not {form}.");
    }

    private IEnumerable<(string Path, JsonElement Value)> Items(string key)
    {
        if (Take(key) is not { } list)
        {
            yield break;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(PathOf(key), list, "a list");
        }

        var number = 0;
        foreach (var item in list.EnumerateArray())
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"{PathOf(key)}[{number}]"), item);
            number++;
        }
    }
}
