using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>Finds the setting that a misspelt or misplaced key may mean.</summary>
internal static class NearestSetting
{
    // The work grows with the product of the lengths; no setting has such a long name.
    private const int MaxLength = 100;

    /// <summary>The path that is nearest to a key's, or null when no path is near.</summary>
    public static string? Find(string path, IEnumerable<string> known)
    {
        if (path.Length > MaxLength)
        {
            return null;
        }

        var name = ConfigurationPath.GetSectionKey(path)!;
        var (nearest, least) = ((string?)null, Math.Max(2, name.Length / 3) + 1);
        foreach (var candidate in known)
        {
            if (DistanceOf(path, name, candidate) is var distance && distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    // A key that was moved looks like the same name in another section, or like section and name joined ("DnsServers"). In one
    // section the joined paths are no farther apart than the names.
    private static int DistanceOf(string path, string name, string candidate)
    {
        var other = ConfigurationPath.GetSectionKey(candidate)!;
        var apart = Distance(name, other);
        return Math.Min(apart == 0 ? apart : apart + 1, Distance(Joined(path), Joined(candidate)));
    }

    private static string Joined(string path) => path.Replace(ConfigurationPath.KeyDelimiter, string.Empty, StringComparison.Ordinal);

    /// <summary>How many letters were added, removed, replaced or swapped with their neighbour, ignoring case.</summary>
    private static int Distance(string one, string other)
    {
        var (before, last, row) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (var column = 0; column <= other.Length; column++)
        {
            last[column] = column;
        }

        for (var line = 1; line <= one.Length; line++)
        {
            row[0] = line;
            for (var column = 1; column <= other.Length; column++)
            {
                var isSame = Same(one[line - 1], other[column - 1]);
                row[column] = Math.Min(Math.Min(row[column - 1], last[column]) + 1, last[column - 1] + (isSame ? 0 : 1));
                if (line > 1 && column > 1 && Same(one[line - 1], other[column - 2]) && Same(one[line - 2], other[column - 1]))
                {
                    row[column] = Math.Min(row[column], before[column - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[other.Length];
    }

    private static bool Same(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
