using EmailAuth.Results;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Properties as the field writes them, so that tests compare texts.</summary>
internal static class PropertyTexts
{
    public static string Text(this ResultProperty property) => $"{property.Type}.{property.Name}={property.Value}";

    public static IEnumerable<string> Texts(this IEnumerable<ResultProperty> properties) => properties.Select(Text);
}
