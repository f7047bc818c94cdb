using System.Collections;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Linq.Expressions;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using DnsClient;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Settings;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A value for a parameter of any type that the library's members have, and the members that have parameters.</summary>
internal static class MadeArguments
{
    private static readonly Dictionary<Type, object> Values = new()
    {
        [typeof(string)] = "a.example",
        [typeof(DomainName)] = DomainName.Parse("a.example").Value!,
        [typeof(IPAddress)] = IPAddress.Loopback,
        [typeof(IDnsResolver)] = new ZoneResolver(new Zone()),
        [typeof(AuthenticationOptions)] = TypicalMessage.Options,
        [typeof(StubResolverOptions)] = StubResolverOptions.Default,
        [typeof(EmailAuthSettings)] = new EmailAuthSettings(),
        [typeof(Stream)] = Stream.Null,
        [typeof(PipeReader)] = PipeReader.Create(Stream.Null),
        [typeof(TextReader)] = TextReader.Null,
        [typeof(TimeProvider)] = TimeProvider.System,
        [typeof(ILookupClient)] = new LookupClient(IPAddress.Loopback),
        [typeof(IConfiguration)] = new ConfigurationBuilder().Build(),
        [typeof(IServiceCollection)] = new ServiceCollection(),
        [typeof(HealthCheckContext)] = new HealthCheckContext(),
        [typeof(IEvaluatedMessageObserver)] = new ChannelObserver(),
        [typeof(IMethodOutcome)] = new MadeUpMethod(),
        [typeof(MimeMessage)] = new MimeMessage(),
        [typeof(StringBuilder)] = new StringBuilder(),
        [typeof(SignatureFields)] = ArcSeal.Parse(" i=1; a=rsa-sha256; cv=none; d=example.org; s=s; b=AAAA").Value!,
        [typeof(ArcVerifier)] = new ArcVerifier(new ZoneResolver(new Zone())),
        [typeof(ArcSealer)] = new ArcSealer(TestSigner.Ed25519.Pem, new ArcSealerOptions { Domain = DomainName.Parse("a.example").Value!, Selector = "s" }),
        [typeof(BimiEvaluator)] = new BimiEvaluator(new ZoneResolver(new Zone())),
        [typeof(BimiOptions)] = BimiOptions.Default,
        [typeof(DkimVerifier)] = new DkimVerifier(new ZoneResolver(new Zone())),
        [typeof(DmarcEvaluator)] = new DmarcEvaluator(new ZoneResolver(new Zone())),
        [typeof(AuthenticationPipeline)] = new AuthenticationPipeline(new ZoneResolver(new Zone()), TypicalMessage.Options),
        [typeof(ILogger)] = NullLogger.Instance,
        [typeof(HeaderBlock)] = HeaderBlock.Parse("From: a@a.example\r\n\r\n"u8.ToArray()),
        [typeof(ISigningKey)] = PemSigningKey.Load(TestSigner.Ed25519.Pem),
        [typeof(ImmutableArray<MethodResult>.Builder)] = ImmutableArray.CreateBuilder<MethodResult>(),
        [typeof(Utf8JsonWriter)] = new Utf8JsonWriter(Stream.Null),
    };

    /// <summary>A value of a type: one of the table, an empty list, a function that returns nothing, or else an object without its content.</summary>
    public static object? Value(Type type) =>
        Values.TryGetValue(type, out var value) ? value
        : Nullable.GetUnderlyingType(type) is not null ? null
        : ListOf(type) is { } list ? list
        : typeof(Delegate).IsAssignableFrom(type) ? Function(type)
        : type is { IsInterface: false, IsAbstract: false, ContainsGenericParameters: false } ? RuntimeHelpers.GetUninitializedObject(type)
        : Values.Values.FirstOrDefault(type.IsInstanceOfType) ?? throw new InvalidOperationException($"MadeArguments has no value for '{type}': add one.");

    /// <summary>The members of a type that others can call with values: constructors, methods and setters. Those of a record that nobody wrote are left out.</summary>
    public static IEnumerable<MethodBase> MembersOf(Type type, Func<MethodBase, bool> isMeant)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return type.GetConstructors(All).Cast<MethodBase>().Concat(type.GetMethods(All))
            .Where(member => !member.IsAbstract && (!member.IsDefined(typeof(CompilerGeneratedAttribute)) || IsSetter(member)) && isMeant(member))
            .OrderBy(static member => member.ToString(), StringComparer.Ordinal);
    }

    /// <summary>The same member with types in place of its type parameters.</summary>
    public static MethodBase Closed(MethodBase member) =>
        member is MethodInfo { IsGenericMethodDefinition: true } method ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(Argument)]) : member;

    /// <summary>The same type with types in place of its type parameters.</summary>
    public static Type Closed(Type type) => type.IsGenericTypeDefinition ? type.MakeGenericType([.. type.GetGenericArguments().Select(Argument)]) : type;

    /// <summary>What a parameter, or the value of a setter, may be.</summary>
    public static bool MustNotBeNull(ParameterInfo parameter)
    {
        if (parameter.ParameterType.IsValueType || parameter.IsOut || parameter.ParameterType.IsByRef)
        {
            return false;
        }

        var context = new NullabilityInfoContext();
        return IsSetter((MethodBase)parameter.Member)
            ? parameter.Member.DeclaringType!.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
                .First(property => Equals(property.SetMethod, parameter.Member)) is var property && context.Create(property).WriteState == NullabilityState.NotNull
            : context.Create(parameter).WriteState == NullabilityState.NotNull;
    }

    /// <summary>Whether null is a value that a parameter of a class or an interface takes.</summary>
    public static bool MayBeNull(ParameterInfo parameter) => !parameter.ParameterType.IsValueType && !MustNotBeNull(parameter);

    /// <summary>Calls a member and waits for what it returns; the exception that comes out, or null.</summary>
    public static async Task<Exception?> ThrownBy(MethodBase member, object?[] arguments)
    {
        // A setter changes what it is called on.
        var instance = member.IsStatic || member.IsConstructor ? null
            : IsSetter(member) && !member.DeclaringType!.IsAbstract ? RuntimeHelpers.GetUninitializedObject(member.DeclaringType)
            : Value(member.DeclaringType!);
        try
        {
            var result = member is ConstructorInfo constructor ? constructor.Invoke(arguments) : member.Invoke(instance, arguments);
            await Finished(result);
            return null;
        }
        catch (TargetInvocationException exception)
        {
            return exception.InnerException;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static bool IsSetter(MethodBase member) => member.IsSpecialName && member.Name.StartsWith("set_", StringComparison.Ordinal);

    private static async Task Finished(object? result)
    {
        if (result is not null && result.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            result = type.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(result, null);
        }

        if (result is Task task)
        {
            await task;
        }
        else if (result is IEnumerable sequence and not string and not IServiceCollection)
        {
            sequence.GetEnumerator().MoveNext();
        }
    }

    private static object? ListOf(Type type)
    {
        if (!type.IsGenericType || type.GetGenericArguments() is not [var item])
        {
            return null;
        }

        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(ImmutableArray<>) ? type.GetField(nameof(ImmutableArray<>.Empty))!.GetValue(null)
            : definition == typeof(IReadOnlyList<>) || definition == typeof(IEnumerable<>) || definition == typeof(IReadOnlyCollection<>) ? Array.CreateInstance(item, 0)
            : null;
    }

    private static Delegate Function(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        var parameters = invoke.GetParameters().Select(static parameter => Expression.Parameter(parameter.ParameterType)).ToArray();
        return Expression.Lambda(type, Expression.Default(invoke.ReturnType), parameters).Compile();
    }

    private static Type Argument(Type parameter) =>
        parameter.GetGenericParameterConstraints() is var constraints && constraints.Contains(typeof(IEvaluatedMessageObserver)) ? typeof(ChannelObserver)
        : constraints.Contains(typeof(EmailAuthSettings)) ? typeof(EmailAuthSettings)
        : constraints.Contains(typeof(Enum)) ? typeof(DayOfWeek)
        : (parameter.GenericParameterAttributes & GenericParameterAttributes.NotNullableValueTypeConstraint) != GenericParameterAttributes.None ? typeof(int)
        : typeof(string);
}
