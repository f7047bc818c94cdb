using System.Reflection;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

namespace EmailAuth.Mutants;

/// <summary>The tests of EmailAuth.Tests in this process, one at a time.</summary>
internal sealed class TestRun
{
    private readonly Assembly _tests = typeof(Tests.FloorsTests).Assembly;
    private readonly ITestFramework _framework;
    private readonly Dictionary<string, List<ITestCase>> _cases = new(StringComparer.Ordinal);

    public TestRun()
    {
        Xunit.TestContext.SetForInitialization(null, false, false);
        _framework = RegisteredEngineConfig.GetTestFramework(_tests, null);
    }

    // These compile programs, the first of them for all, and run what other tests run too.
    private static readonly Type[] LeftOut = [typeof(Tests.ReadmeTests), typeof(Tests.DocumentationExampleTests)];

    public IEnumerable<string> Classes => _tests.GetExportedTypes()
        .Where(type => !type.IsAbstract && !type.ContainsGenericParameters && !LeftOut.Contains(type)).Select(type => type.FullName!).Order(StringComparer.Ordinal);

    /// <summary>Whether the test says the same each time: one with generated input may notice by chance.</summary>
    public static bool IsSteady(string className, string method) =>
        typeof(Tests.FloorsTests).Assembly.GetType(className)?.GetMethods().Where(found => found.Name == method)
            .All(found => found.CustomAttributes.All(attribute => !attribute.AttributeType.Name.StartsWith("Property", StringComparison.Ordinal))) == true;

    public async Task<IReadOnlyList<ITestCase>> CasesOf(string className)
    {
        if (_cases.TryGetValue(className, out var known)) return known;

        var options = TestFrameworkOptions.ForDiscovery(new TestAssemblyConfiguration());
        options.SetSynchronousMessageReporting(true);
        options.SetPreEnumerateTheories(true);
        List<ITestCase> found = [];
        await _framework.GetDiscoverer(_tests).Find(
            test =>
            {
                found.Add(test);
                return ValueTask.FromResult(true);
            },
            options,
            [_tests.GetType(className, true)!],
            null);
        return _cases[className] = found;
    }

    public async Task Run(IReadOnlyCollection<ITestCase> cases, IMessageSink sink)
    {
        var options = TestFrameworkOptions.ForExecution(new TestAssemblyConfiguration());
        options.SetSynchronousMessageReporting(true);
        options.SetParallelMode(ParallelMode.None);
        options.SetMaxParallelThreads(1);
        await _framework.GetExecutor(_tests).RunTestCases(cases, sink, options, null);
    }

    /// <summary>Runs some tests until one fails, which it gives; null when all pass.</summary>
    public async Task<ITestCase?> FirstFailure(IReadOnlyList<ITestCase> cases, Action<ITestCase>? starting = null)
    {
        if (cases.Count == 0) return null;

        var byId = cases.ToDictionary(test => test.UniqueID, StringComparer.Ordinal);
        var sink = new FirstFailureSink(id => starting?.Invoke(byId[id]));
        await Run(cases, sink);
        return !sink.HasFailed ? null : sink.Failed is { } failed ? byId[failed] : cases[0];
    }

    private sealed class FirstFailureSink(Action<string> starting) : IMessageSink
    {
        public bool HasFailed { get; private set; }

        public string? Failed { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            if (message is ITestCaseStarting started) starting(started.TestCaseUniqueID);

            if (message is ITestFailed or IErrorMessage or ITestClassCleanupFailure or ITestCollectionCleanupFailure or ITestCleanupFailure or ITestCaseCleanupFailure)
            {
                HasFailed = true;
                Failed ??= (message as ITestCaseMessage)?.TestCaseUniqueID;
            }

            return !HasFailed;
        }
    }
}
