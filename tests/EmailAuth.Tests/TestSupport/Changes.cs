using System.Linq.Expressions;
using System.Reflection;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Results that do not change, with one member as a test wants it.</summary>
internal static class Changes
{
    private static readonly Func<object, object> Clone =
        typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    /// <summary>A copy with another value of one member.</summary>
    public static T Changed<T, TValue>(this T source, Expression<Func<T, TValue>> member, TValue value)
        where T : class
    {
        var copy = (T)Clone(source);
        var property = (PropertyInfo)((MemberExpression)member.Body).Member;
        if (property.CanWrite)
        {
            property.SetValue(copy, value);
        }
        else
        {
            property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(copy, value);
        }

        return copy;
    }

    /// <summary>An outcome as text, but for what depends on when it was asked for and what was known before.</summary>
    public static string ToJsonWithoutTimes(this AuthenticationOutcome outcome) =>
        outcome.Changed(o => o.Elapsed, TimeSpan.Zero).Changed(o => o.LookupCount, 0).ToJson();
}
