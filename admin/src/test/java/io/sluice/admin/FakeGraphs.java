package io.sluice.admin;

import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Graphs that note what they are asked, and answer as the test says. */
final class FakeGraphs implements LiveGraphs {
  final List<Standing> all = new ArrayList<>();
  final List<String> asked = new ArrayList<>();
  GraphEdit edit;
  Integer rate;
  Outcome outcome = new Outcome.Removed();
  Executor readers = Runnable::run;

  private CompletionStage<Outcome> noted(String what) {
    asked.add(what);
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public List<Standing> all() {
    return all;
  }

  @Override
  public boolean has(String name) {
    return all.stream().anyMatch(one -> one.name().equals(name));
  }

  @Override
  public CompletionStage<Outcome> read(String name) {
    return noted("read " + name);
  }

  @Override
  public CompletionStage<Outcome> put(
      String name, Integer tick, GraphEdit whole, boolean mayMake, Moment now) {
    if (!mayMake && !has(name)) {
      return CompletableFuture.completedStage(new Outcome.NotMade());
    }
    rate = tick;
    edit = whole;
    return noted("put " + name);
  }

  @Override
  public CompletionStage<Outcome> change(String name, GraphEdit some, Moment now) {
    edit = some;
    return noted("change " + name);
  }

  @Override
  public CompletionStage<Outcome> remove(String name, Moment now) {
    return noted("remove " + name);
  }

  @Override
  public Executor readers() {
    return readers;
  }
}
